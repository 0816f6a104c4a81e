import * as mini from 'zod/mini';
import { ZodMiniObject } from 'zod/mini';
import { $constructor, $ZodObjectJIT, type $ZodLooseShape } from 'zod/v4/core';
import en from 'zod/v4/locales/en.js';

/**
 * What contracts are written with: of zod the variant without methods, whose schemas take half the time to make. That
 * speaks no language by itself, and makes no code to read objects; here it does both, as the other variant.
 */
export * from 'zod/mini';
export { _default as orDefault } from 'zod/mini';
/** What parsing throws of a value that is not as the schema says. */
export { $ZodError as SchemaError } from 'zod/v4/core';

mini.config(en());

/** Takes half the time to read, once it has made code; see `interpretSchemas`. */
const CodedObject: typeof ZodMiniObject = $constructor('CodedObject', (schema, definition) => {
  $ZodObjectJIT.init(schema, definition);
  ZodMiniObject.init(schema, definition);
});

type Open<Shape extends $ZodLooseShape> = ReturnType<typeof mini.object<Shape>>;
type Strict<Shape extends $ZodLooseShape> = ReturnType<typeof mini.strictObject<Shape>>;

/** Of a value, further keys are left out. */
export function object<Shape extends $ZodLooseShape>(shape: Shape): Open<Shape> {
  // A class has no types for each of its objects.
  return new CodedObject({ type: 'object', shape }) as never;
}

/** Further keys are refused. */
export function strictObject<Shape extends $ZodLooseShape>(shape: Shape): Strict<Shape> {
  return new CodedObject({ type: 'object', shape, catchall: mini.never() }) as never;
}

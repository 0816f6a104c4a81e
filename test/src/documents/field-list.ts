import * as field from '@albatross/shared/contracts/fields';
import { consoleEntry } from '@albatross/shared/contracts/console';
import type { FeedContract } from '@albatross/shared/contracts/feed';
import { unikernelSummary } from '@albatross/shared/contracts/unikernel';

type Schema = FeedContract['message'];

/** What several messages hold, and is worth a name. */
export const SHAPES: readonly (readonly [name: string, schema: Schema])[] = [
  ['unikernel summary', unikernelSummary],
  ['console entry', consoleEntry],
];

/** The parts of a JSON schema that our contracts make use of. */
interface JsonSchema {
  readonly title?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
}

export interface Field {
  readonly name: string;
  readonly type: string;
  /** `required`, `optional`, or the default. */
  readonly presence: string;
}

/** What a JSON schema cannot say. */
const TITLES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [field.name, 'name'],
  [field.unikernelName, 'unikernel name'],
  [field.memoryMib, 'integer ≥ 1'],
  [field.time, 'milliseconds since 1970'],
  ...SHAPES.map(([name, schema]) => [schema, name] as const),
]);

/** The fields of a message as they are on the wire. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const { properties = {}, required = [] } = schema.toJSONSchema({
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const {
        _zod: { def },
      } = zodSchema;
      const title = def.type === 'custom' ? 'bytes' : TITLES.get(zodSchema);
      if (title !== undefined) jsonSchema.title = title;
      if (def.type === 'default') jsonSchema.default = def.defaultValue;
    },
  }) as JsonSchema;
  return Object.entries(properties).map(([name, value]) => ({
    name,
    type: typeOf(value),
    presence: required.includes(name) ? 'required' : presenceOf(value),
  }));
}

function presenceOf(schema: JsonSchema): string {
  return schema.default === undefined
    ? 'optional'
    : `optional, else \`${JSON.stringify(schema.default)}\``;
}

function typeOf(schema: JsonSchema): string {
  const { title, enum: values, anyOf, oneOf, type } = schema;
  if (title !== undefined) return title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return either(values.map((value) => JSON.stringify(value)));
  if (anyOf !== undefined) return either(anyOf.map(typeOf));
  if (oneOf !== undefined) return either(oneOf.map(typeOf));
  switch (type) {
    case 'array':
      return `${(schema.minItems ?? 0) > 0 ? 'non-empty list' : 'list'} of ${typeOf(schema.items ?? {})}`;
    case 'object':
      return objectOf(schema);
    case 'integer':
      return integerOf(schema);
    case 'string':
      return schema.pattern === undefined ? 'string' : `string \`${schema.pattern}\``;
    case undefined:
      return 'anything';
    default:
      return type;
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): string {
  const fields = Object.entries(properties).map(
    ([name, value]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(value)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** The bounds of what a double can hold exactly go without saying. */
function integerOf({ minimum, exclusiveMinimum }: JsonSchema): string {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return least === undefined || least === Number.MIN_SAFE_INTEGER
    ? 'integer'
    : `integer ≥ ${least}`;
}

function either(types: readonly string[]): string {
  return types.join(' or ');
}

import {
  isPathName,
  NameError,
  parseName,
  parseUnikernelName,
  type PathName,
} from '../domain/name.ts';
import type { FailureCode } from './failures.ts';
import * as z from './schema.ts';

/** A refusal in a schema that has a failure code of its own; the bus turns it into that failure. */
export function refuse(code: FailureCode): { readonly params: { readonly failure: FailureCode } } {
  return { params: { failure: code } };
}

interface Refusal {
  readonly code: FailureCode;
  /** What is thrown for it; anything else is a defect. */
  readonly thrown: readonly (abstract new (...args: never[]) => Error)[];
}

/** What `parse` makes of a value; what it throws for a refusal is an issue with that failure's code. */
export function parsed<T, Value, Input>(
  schema: z.ZodMiniType<Value, Input>,
  parse: (value: Value) => T,
  { code, thrown }: Refusal,
): z.ZodMiniType<T, Input> {
  return z.pipe(
    schema,
    z.transform((value: Value, context) => {
      try {
        return parse(value);
      } catch (error) {
        if (!(error instanceof Error) || !thrown.some((kind) => error instanceof kind)) throw error;
        const { message } = error;
        context.issues.push({ code: 'custom', message, input: value, ...refuse(code) });
        return z.NEVER;
      }
    }),
  );
}

function named<T>(parse: (text: string) => T): z.ZodMiniType<T, string> {
  return parsed(z.string(), parse, { code: 'NAME_INVALID', thrown: [NameError] });
}

export const name = named(parseName);
export const unikernelName = named(parseUnikernelName);
export const pathName = named(parsePathName);

function parsePathName(text: string): PathName {
  const name = parseName(text);
  if (isPathName(name)) return name;
  throw new NameError(`${JSON.stringify(text)} is no path; a path ends in a colon, as in "foo:"`);
}

/** Chosen by the caller, once for each thing it wants done; a repetition has the same id. */
export const requestId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{8,64}$/, 'a request id has 8 to 64 letters, digits, "-" or "_"'));

export const sha256 = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, 'a digest is 64 lower-case hexadecimal digits'));

export const bytes = z.instanceof(Uint8Array) as z.ZodMiniType<Uint8Array>;

/** Milliseconds since 1970. */
export const time = z.int().check(z.nonnegative());

/** Zero has no sign: what is kept and compared is what was meant. */
export const count = z.int().check(
  z.nonnegative(),
  z.overwrite((value) => value + 0),
);

/** The reply of a request that has nothing to tell but that it was carried out. */
export const done = z.object({});
export type Done = Record<string, never>;

/** zlib's; 0 is no compression. */
export const compressionLevel = z.int().check(z.gte(0), z.lte(9));

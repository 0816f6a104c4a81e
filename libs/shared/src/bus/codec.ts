import { Packr, Unpackr } from 'msgpackr';
import { Failure, isFailureCode, type FailureCode } from '../contracts/failures.ts';
import type * as z from '../contracts/schema.ts';

/** Plain msgpack that any language reads: no records, no shared structures, integers beyond 2^53 as bigint. */
const packr = new Packr({ useRecords: false });
/**
 * Other languages write a time in eight bytes; that alone must not make it a bigint. The package's types
 * forget `auto`, its README does not.
 */
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'auto' as 'bigint' });

export function encode(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Decodes and validates. Throws a `Failure` with `fallback`, or with the code the schema names for what is wrong. */
export function decode<T extends z.ZodMiniType>(
  schema: T,
  data: Uint8Array,
  fallback: FailureCode,
): z.output<T> {
  let value: unknown;
  try {
    value = unpackr.unpack(data);
  } catch {
    throw new Failure(fallback, 'the message is no msgpack');
  }
  return check(schema, value, fallback);
}

/** Validates. Throws as `decode`. */
export function check<T extends z.ZodMiniType>(
  schema: T,
  value: unknown,
  fallback: FailureCode,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue =
    result.error.issues.find((issue) => declaredCode(issue) !== null) ?? result.error.issues[0];
  if (issue === undefined) throw new Failure(fallback, 'the message has an unknown fault');
  const code = declaredCode(issue);
  if (code !== null) throw new Failure(code, issue.message);
  const place = issue.path.map(String).join('.');
  throw new Failure(fallback, place === '' ? issue.message : `${place}: ${issue.message}`);
}

function declaredCode(issue: z.core.$ZodIssue): FailureCode | null {
  const code: unknown = issue.code === 'custom' ? issue.params?.['failure'] : undefined;
  return isFailureCode(code) ? code : null;
}

import type * as z from 'zod';

/** One of the things that a command prints with `--json`. */
export interface JsonForm {
  /** When it does, as the end of a sentence; empty for always. */
  readonly when: string;
  /** Of one value; of a list, of the array. */
  readonly schema: z.ZodType;
  /** Whether there may be any number of them, a line each; otherwise there is one at most. */
  readonly isStream: boolean;
}

export function once(schema: z.ZodType, when = ''): JsonForm {
  return { when, schema, isStream: false };
}

/** A line each. */
export function stream(schema: z.ZodType, when = ''): JsonForm {
  return { when, schema, isStream: true };
}

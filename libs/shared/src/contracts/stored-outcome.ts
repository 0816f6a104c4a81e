import * as z from './schema.ts';

/** That a request was carried out; written together with what it changed. */
export const outcome = z.strictObject({
  caller: z.string(),
  id: z.string(),
  /** SHA-256 of what was asked. */
  body: z.string(),
  at: z.number(),
  /** What the caller was, or would have been, answered. */
  reply: z.record(z.string(), z.unknown()),
  /** The event that tells of it. */
  event: z.optional(z.record(z.string(), z.unknown())),
});

export type Outcome = z.output<typeof outcome>;

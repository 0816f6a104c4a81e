import * as z from 'zod';

/** What a probe is told, as its one argument. */
export const probeOptions = z.strictObject({
  count: z.number(),
  /** Sweeps of each kind. */
  sweeps: z.number(),
  /** A folder of its own, where `sleepers` and `read-loop` are. */
  folder: z.string(),
});

export type ProbeOptions = z.output<typeof probeOptions>;

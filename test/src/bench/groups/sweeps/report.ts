import * as z from 'zod';

/** What one sweep took. */
export const taken = z.strictObject({
  wallMs: z.number(),
  /** Of all threads. */
  cpuMs: z.number(),
});

const ourSweep = taken.extend({
  /** The longest that nothing else could be done in between. */
  heldMs: z.number(),
});

/** What a probe measured: one sweep of each kind after the other. */
export const sweepReport = z.strictObject({
  /** Read, and the newest kept. */
  kept: z.array(ourSweep),
  /** The same, and published over the bus, to the last byte that was handed to the kernel. */
  published: z.array(ourSweep),
  bare: z.array(taken),
});

export type Taken = z.output<typeof taken>;
export type OurSweep = z.output<typeof ourSweep>;
export type SweepReport = z.output<typeof sweepReport>;

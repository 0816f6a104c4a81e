import * as z from 'zod';
import { taken } from '../../../groups/sweeps/report.ts';

/** What a probe of the original's stats is told, as its one argument. */
export const peerProbeOptions = z.strictObject({
  count: z.number(),
  sweeps: z.number(),
  /** The original's program. */
  stats: z.string(),
  /** A folder of its own, where `sleepers`, `read-loop` and `cpu-clock` are. */
  folder: z.string(),
});

/** What it measured: one sweep after the other, and in turn with each the same files read in C. */
export const peerSweepReport = z.strictObject({
  /** `wallMs` is from the first sample that came to the last, `cpuMs` from the first to that of the next sweep. */
  sweeps: z.array(taken),
  bare: z.array(taken),
});

export type PeerProbeOptions = z.output<typeof peerProbeOptions>;
export type PeerSweepReport = z.output<typeof peerSweepReport>;

import type { ProbeOptions } from './probe-options.ts';
import { sweepReport, type SweepReport } from './report.ts';
import { CROWD_PROGRAMS, runProbe } from './run-probe.ts';

const PROBE = { source: new URL('probe.ts', import.meta.url), programs: CROWD_PROGRAMS };

/** Leaves nothing behind. Rejects with the reason of `stop` when that comes first. */
export async function measureSweeps(
  options: Omit<ProbeOptions, 'folder'>,
  stop: AbortSignal,
): Promise<SweepReport> {
  return sweepReport.parse(await runProbe(PROBE, options, stop));
}

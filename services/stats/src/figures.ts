import type { HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import type { StatsCounts } from './stats.ts';

/** What stats tells in a heartbeat. */
export function statsFigures(counts: StatsCounts, sweepsSkipped: number): HeartbeatContent {
  const { lives, byHand } = counts;
  return {
    connections: [],
    figures: {
      processesSampled: lives + byHand,
      samplesPublished: counts.published,
      samplesUnsent: counts.unsent,
      sweeps: counts.sweeps,
      sweepsSkipped,
      lastSweepMs: counts.lastSweepMs,
      valuesUnread: counts.valuesUnread,
    },
    digest: { lives, byHand },
    domains: [],
  };
}

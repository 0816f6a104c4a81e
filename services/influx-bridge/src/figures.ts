import type { HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import type { BridgeCounts } from './bridge.ts';

/** What the bridge tells in a heartbeat. */
export function bridgeFigures(
  { written, refused, retries, waiting, lastWrittenAt }: BridgeCounts,
  { isConnected, heartbeatsDropped, malformed }: BridgeState,
): HeartbeatContent {
  return {
    connections: [],
    figures: {
      samplesWritten: written,
      samplesRefused: refused,
      samplesMalformed: malformed,
      writeRetries: retries,
      heartbeatsUnwritten: heartbeatsDropped,
      databaseConnected: isConnected ? 1 : 0,
      ...(waiting === null ? {} : { samplesWaiting: waiting }),
      ...(lastWrittenAt === null
        ? {}
        : { lastWriteAgeMs: Math.max(0, Date.now() - lastWrittenAt) }),
    },
    digest: {},
    domains: [],
  };
}

export interface BridgeState {
  readonly isConnected: boolean;
  readonly heartbeatsDropped: number;
  /** Messages in the stream that are no samples. */
  readonly malformed: number;
}

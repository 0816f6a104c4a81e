import type { HeartbeatContent } from '@albatross/shared/contracts/heartbeat';
import type { ConsoleCounts } from './consoles.ts';
import type { FeedCounts } from './feed.ts';

/** What console tells in a heartbeat. */
export function consoleFigures(consoles: ConsoleCounts, feed: FeedCounts): HeartbeatContent {
  const { reading, livesRead, histories, entries } = consoles;
  return {
    connections: [{ kind: 'fifo', active: reading, total: livesRead }],
    figures: {
      bytesRead: consoles.bytes,
      linesTruncated: consoles.linesTruncated,
      linesDropped: consoles.linesDropped,
      gaps: consoles.gaps,
      historiesBehind: consoles.historiesBehind,
      historiesKept: consoles.historiesKept,
      historyBytes: consoles.bytesKept,
      messagesSent: feed.sent,
      messagesUnsent: feed.unsent,
      consolesUntold: feed.untold,
    },
    digest: { consoles: reading, histories, entries },
    domains: [],
  };
}

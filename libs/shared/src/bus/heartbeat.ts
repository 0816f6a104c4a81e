import {
  DOMAINS_PER_MESSAGE_MAX,
  HEARTBEAT_INTERVAL_MS,
  HEARTBEAT_PARTS_MAX,
  heartbeatFeed,
  type HeartbeatContent,
  type ProcessUsage,
} from '../contracts/heartbeat.ts';
import type { MessageOf } from '../contracts/feed.ts';
import type { ProcessName } from '../contracts/identities.ts';
import type { Bus } from './bus.ts';

type Message = MessageOf<typeof heartbeatFeed>;

export interface HeartbeatOptions {
  readonly process: ProcessName;
  readonly version: string;
  readonly intervalMs?: number;
  readonly usage: () => ProcessUsage;
  readonly describe: () => HeartbeatContent;
  /** Told of what `usage` or `describe` throws; there is no heartbeat then. */
  readonly onDefect: (error: unknown, where: string) => void;
}

/**
 * Tells at once and again and again that this process lives, until it is disposed of. Of a heartbeat that
 * the bus is not there for, nothing is kept: the next one says everything anew. Never throws, and does not
 * keep the process alive.
 */
export function startHeartbeat(
  bus: Pick<Bus, 'isUp' | 'load' | 'publishOwn'>,
  options: HeartbeatOptions,
): Disposable {
  let sequence = 0;
  const beat = (): void => {
    sequence += 1;
    if (!bus.isUp) return;
    try {
      for (const message of messagesOf(withLoad(options.describe(), bus.load), sequence, options))
        bus.publishOwn(heartbeatFeed, message);
    } catch (error) {
      options.onDefect(error, 'heartbeat');
    }
  };
  const timer = setInterval(beat, options.intervalMs ?? HEARTBEAT_INTERVAL_MS).unref();
  beat();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What every process that serves requests has to tell. */
function withLoad(content: HeartbeatContent, { active, total, dropped }: Bus['load']) {
  return {
    ...content,
    connections: [{ kind: 'request', active, total }, ...content.connections],
    figures: { requestsDropped: dropped, ...content.figures },
  };
}

function messagesOf(
  { connections, figures, digest, domains }: HeartbeatContent,
  sequence: number,
  { process: name, version, usage, intervalMs = HEARTBEAT_INTERVAL_MS }: HeartbeatOptions,
): readonly Message[] {
  const pages = pagesOf(domains);
  const common = {
    process: name,
    version,
    at: Date.now(),
    startedAt: Math.round(performance.timeOrigin),
    pid: process.pid,
    sequence,
    intervalMs,
    parts: pages.length,
    usage: usage(),
    connections: [...connections],
    figures,
    digest,
  };
  return pages.map((page, index) => ({ ...common, part: index + 1, domains: page }));
}

/** One at least. */
function pagesOf(domains: HeartbeatContent['domains']): readonly Message['domains'][] {
  const needed = Math.ceil(domains.length / DOMAINS_PER_MESSAGE_MAX);
  const count = Math.min(Math.max(needed, 1), HEARTBEAT_PARTS_MAX);
  return Array.from({ length: count }, (_, index) => {
    const first = index * DOMAINS_PER_MESSAGE_MAX;
    return domains.slice(first, first + DOMAINS_PER_MESSAGE_MAX);
  });
}

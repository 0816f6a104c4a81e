import { Failure } from '../contracts/failures.ts';
import {
  isProcessFeed,
  processSubject,
  type FeedContract,
  type MessageOf,
} from '../contracts/feed.ts';
import { decode } from './codec.ts';
import type { Link } from './link.ts';

export interface FollowOptions<F extends FeedContract> {
  readonly onMessage: (message: MessageOf<F>) => Promise<void> | void;
  /** Messages were thrown away because `onMessage` is too slow. Called before the next message. */
  readonly onDropped: (count: number) => void;
  /** Messages that may wait for `onMessage`; the oldest of more are thrown away. */
  readonly queueMax?: number;
}

export const FOLLOW_QUEUE_MAX = 1024;
export const FOLLOW_QUEUE_BYTES_MAX = 16 * 1024 * 1024;

interface Received {
  readonly subject: string;
  readonly data: Uint8Array;
}

/**
 * Subscribes to what matches `pattern` of a feed. A throw inside a subscription's callback would deafen the
 * whole connection, and one that lingers would queue without bound: so the callback only ever puts into a
 * bounded queue.
 */
export function follow<F extends FeedContract>(
  link: Link,
  feed: F,
  pattern: string,
  options: FollowOptions<F>,
  onDefect: (error: unknown, where: string) => void,
): () => void {
  const queue: Received[] = [];
  let queuedBytes = 0;
  const queueMax = options.queueMax ?? FOLLOW_QUEUE_MAX;
  let dropped = 0;
  let isWorking = false;
  let isOver = false;

  function take(): Received | undefined {
    const received = queue.shift();
    queuedBytes -= received?.data.length ?? 0;
    return received;
  }

  async function work(): Promise<void> {
    for (let one = take(); one !== undefined && !isOver; one = take()) {
      try {
        if (dropped > 0) {
          const count = dropped;
          dropped = 0;
          options.onDropped(count);
        }
        await options.onMessage(read(feed, one) as MessageOf<F>);
      } catch (error) {
        onDefect(error, `feed ${feed.kind}`);
      }
    }
    isWorking = false;
  }

  const subscription = link.connection.subscribe(pattern, {
    callback: (error, message) => {
      if (error !== null) return onDefect(error, `feed ${feed.kind}`);
      if (isOver) return;
      queue.push(message);
      queuedBytes += message.data.length;
      while (queue.length > queueMax || queuedBytes > FOLLOW_QUEUE_BYTES_MAX) {
        take();
        dropped += 1;
      }
      if (!isWorking) {
        isWorking = true;
        void work();
      }
    },
  });
  return () => {
    isOver = true;
    queue.length = 0;
    if (!subscription.isClosed()) subscription.unsubscribe();
  };
}

/** Throws a `Failure`. What a process says it is, its subject must say too: that one the bus has checked. */
function read(feed: FeedContract, { subject, data }: Received): unknown {
  if (!isProcessFeed(feed)) return decode(feed.message, data, 'REPLY_INVALID');
  const message = decode(feed.message, data, 'REPLY_INVALID');
  if (processSubject(feed, message.process) === subject) return message;
  throw new Failure('NAME_MISMATCH', `what came as ${subject} says it is of ${message.process}`);
}

import { feedPattern, type FeedContract, type MessageOf } from '../contracts/feed.ts';
import type { Name } from '../domain/name.ts';
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

/**
 * Subscribes to a feed. A throw inside a subscription's callback would deafen the whole connection, and
 * one that lingers would queue without bound: so the callback only ever puts into a bounded queue.
 */
export function follow<F extends FeedContract>(
  link: Link,
  feed: F,
  name: Name,
  options: FollowOptions<F>,
  onDefect: (error: unknown, where: string) => void,
): () => void {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  const queueMax = options.queueMax ?? FOLLOW_QUEUE_MAX;
  let dropped = 0;
  let isWorking = false;
  let isOver = false;

  function take(): Uint8Array | undefined {
    const data = queue.shift();
    queuedBytes -= data?.length ?? 0;
    return data;
  }

  async function work(): Promise<void> {
    for (let data = take(); data !== undefined && !isOver; data = take()) {
      try {
        if (dropped > 0) {
          const count = dropped;
          dropped = 0;
          options.onDropped(count);
        }
        await options.onMessage(decode(feed.message, data, 'REPLY_INVALID') as MessageOf<F>);
      } catch (error) {
        onDefect(error, `feed ${feed.kind}`);
      }
    }
    isWorking = false;
  }

  const subscription = link.connection.subscribe(feedPattern(feed, name), {
    callback: (error, message) => {
      if (error !== null) return onDefect(error, `feed ${feed.kind}`);
      if (isOver) return;
      queue.push(message.data);
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

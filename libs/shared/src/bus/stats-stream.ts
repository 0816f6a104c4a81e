import { ErrorCode, NatsError, type NatsConnection } from 'nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { feedPattern } from '../contracts/feed.ts';
import { statsFeed } from '../contracts/stats.ts';
import { ROOT } from '../domain/name.ts';
import type { Link } from './link.ts';
import * as z from '../contracts/schema.ts';

/** How long samples wait for whoever writes them down, and how much room they take on the disk. */
export const STATS_AGE_MAX_MS = 24 * 60 * 60 * 1_000;
export const STATS_BYTES_MAX = 512 * 1024 * 1024;
/** Samples that were handed out and not acknowledged for so long are handed out again. */
export const ACKNOWLEDGE_MS = 5_000;
/** Samples that may be handed out and not yet acknowledged. */
export const UNACKNOWLEDGED_MAX = 1_000;

/**
 * What is asked of JetStream, by subject. `make` and `feed` are the supervisor's alone: whoever may make a
 * stream or a consumer can have the bus say things in anybody's name. `read` is all a reader needs.
 */
export const STATS_STREAM_API = {
  make: {
    update: '$JS.API.STREAM.UPDATE.STATS',
    create: '$JS.API.STREAM.CREATE.STATS',
    consumer: '$JS.API.CONSUMER.CREATE.STATS.influx-bridge',
  },
  read: {
    info: '$JS.API.CONSUMER.INFO.STATS.influx-bridge',
    next: '$JS.API.CONSUMER.MSG.NEXT.STATS.influx-bridge',
    acknowledge: '$JS.ACK.STATS.influx-bridge.',
  },
} as const;

export interface KeepOptions {
  /** Told once of each reason why there is no such stream; trying goes on. */
  readonly onFailure: (error: Error) => unknown;
  /** Before the second try; doubled from one to the next. */
  readonly retryMs?: number;
}

export const STREAM_RETRY_MIN_MS = 5_000;
export const STREAM_RETRY_MAX_MS = 300_000;
const ANSWER_MS = 5_000;
/** A server that starts on a busy machine may take so long until it answers. */
const SILENCE_MS = 15_000;

/**
 * Sees to it that the bus keeps the samples and knows who reads them: now, and whenever the connection is
 * up again, until it is disposed of. Both are made, or changed into what they should be.
 *
 * This is asked on a connection of its own, which `dial` makes. nats-server 2.9 that once failed to write a
 * sample, because of a full disk, blocks on itself: whoever asks it about streams is never heard again on
 * that connection, whatever he says. All else goes on, and after a restart of the server this does too.
 */
export function keepStatsStream(
  link: Link,
  dial: () => Promise<NatsConnection>,
  { onFailure, retryMs = STREAM_RETRY_MIN_MS }: KeepOptions,
): Disposable {
  let attempt = 0;
  const keep = async (): Promise<void> => {
    attempt += 1;
    const [own, since] = [attempt, Date.now()];
    let told = '';
    for (let delayMs = retryMs; ; delayMs = Math.min(2 * delayMs, STREAM_RETRY_MAX_MS)) {
      try {
        return await ensure(dial);
      } catch (error) {
        // A newer connection has an attempt of its own, and a lost one gets one when it is back.
        if (own !== attempt || !link.isUp) return;
        const isNews = error instanceof Error && error.message !== told;
        if (isNews && (error instanceof StreamRefused || Date.now() - since > SILENCE_MS)) {
          told = error.message;
          onFailure(error);
        }
      }
      await sleep(delayMs, null, { ref: false });
      if (own !== attempt) return;
    }
  };
  link.onReconnect(() => {
    if (attempt !== Infinity) void keep();
  });
  void keep();
  return {
    [Symbol.dispose]: () => {
      attempt = Infinity;
    },
  };
}

/** The server's own words about what it does not do. */
class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
  readonly code: number;

  constructor(subject: string, code: number, description: string) {
    super(`${subject}: ${description} (${code})`);
    this.code = code;
  }
}

const NO_SUCH_STREAM = 10_059;

/**
 * To update first and to create then is the order that always works: a server whose room the stream takes
 * up refuses to create it once more, although it is the same.
 */
async function ensure(dial: () => Promise<NatsConnection>): Promise<void> {
  const { update, create, consumer } = STATS_STREAM_API.make;
  const connection = await dial();
  try {
    try {
      await ask(connection, update, STREAM);
    } catch (error) {
      if (!(error instanceof StreamRefused) || error.code !== NO_SUCH_STREAM) throw error;
      await ask(connection, create, STREAM);
    }
    await ask(connection, consumer, CONSUMER);
  } finally {
    await connection.close();
  }
}

const NANOSECONDS = 1_000_000;

/** Whoever publishes expects no answer: with `no_ack` none can be made to arrive anywhere. */
const STREAM = {
  name: 'STATS',
  subjects: [feedPattern(statsFeed, ROOT)],
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  max_age: STATS_AGE_MAX_MS * NANOSECONDS,
  max_bytes: STATS_BYTES_MAX,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  max_consumers: -1,
  num_replicas: 1,
  no_ack: true,
};

const CONSUMER = {
  stream_name: 'STATS',
  config: {
    name: 'influx-bridge',
    durable_name: 'influx-bridge',
    deliver_policy: 'all',
    ack_policy: 'explicit',
    ack_wait: ACKNOWLEDGE_MS * NANOSECONDS,
    max_ack_pending: UNACKNOWLEDGED_MAX,
    max_deliver: -1,
    replay_policy: 'instant',
  },
};

const answer = z.object({
  error: z.optional(z.object({ err_code: z.orDefault(z.number(), 0), description: z.string() })),
});

/** Throws `StreamRefused`, or another error when nobody answers. */
async function ask(connection: NatsConnection, subject: string, body: object): Promise<void> {
  const data = new TextEncoder().encode(JSON.stringify(body));
  const reply = await connection
    .request(subject, data, { timeout: ANSWER_MS })
    .catch((error: unknown) => {
      throw explained(error, subject);
    });
  const { error } = answer.parse(JSON.parse(new TextDecoder().decode(reply.data)));
  if (error !== undefined) throw new StreamRefused(subject, error.err_code, error.description);
}

function explained(cause: unknown, subject: string): unknown {
  switch (cause instanceof NatsError ? (cause.code as ErrorCode) : null) {
    case ErrorCode.PermissionsViolation:
      return new StreamRefused(subject, 0, 'the bus does not let this identity do this');
    case ErrorCode.NoResponders:
      return new Error(`${subject}: the bus keeps no streams`, { cause });
    case ErrorCode.Timeout:
      return new Error(
        `${subject}: no answer; a nats-server whose disk was full has to be killed and started again`,
        { cause },
      );
    default:
      return cause;
  }
}

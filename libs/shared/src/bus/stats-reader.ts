import { createInbox, type Msg, type NatsError } from 'nats';
import { statsFeed, type Sample } from '../contracts/stats.ts';
import { decode } from './codec.ts';
import { deferred } from './deferred.ts';
import type { Link } from './link.ts';
import { STATS_STREAM_API } from './stats-stream.ts';
import * as z from '../contracts/schema.ts';

/** A sample that the bus keeps until it is acknowledged. */
export interface KeptSample {
  readonly sample: Sample;
  /** It is not handed out again. */
  acknowledge(): void;
  /** It is handed out again at once. */
  release(): void;
}

export type Fetched =
  | { readonly kind: 'samples'; readonly samples: readonly KeptSample[] }
  | { readonly kind: 'unavailable'; readonly why: string };

/** Samples, and bytes of them, that are handed out at once. */
export const FETCH_SAMPLES_MAX = 500;
export const FETCH_BYTES_MAX = 8 * 1024 * 1024;
/** How long more of them are waited for. */
export const FETCH_WAIT_MS = 1_000;
const ANSWER_MS = 2_000;

const { info, next, acknowledge } = STATS_STREAM_API.read;

/**
 * Reads the stream of samples as its one durable consumer. What is handed out is handed out again unless it
 * is acknowledged, whoever dies in between: each sample arrives at least once, and not always in order.
 */
export class StatsReader {
  readonly #link: Link;
  readonly #onMalformed: (error: unknown) => void;

  /** `onMalformed` is told of what is kept and is no sample; it is not handed out again. */
  constructor(link: Link, onMalformed: (error: unknown) => void) {
    this.#link = link;
    this.#onMalformed = onMalformed;
  }

  /**
   * Resolves when there are as many as may be; after `waitMs` with those there are, or none; and at once
   * when `stop` says so.
   */
  async fetch(stop: AbortSignal, waitMs = FETCH_WAIT_MS): Promise<Fetched> {
    if (!this.#link.isUp) return unavailable('there is no connection to the bus');
    const { messages, why } = await this.#pull(stop, waitMs);
    if (messages.length === 0 && why !== null) return unavailable(why);
    return { kind: 'samples', samples: messages.flatMap((message) => this.#read(message)) };
  }

  /** How many are kept that nobody acknowledged; null when nobody knows. */
  async waiting(): Promise<number | null> {
    if (!this.#link.isUp) return null;
    try {
      const { data } = await this.#link.connection.request(info, '', { timeout: ANSWER_MS });
      const { num_pending, num_ack_pending } = consumerInfo.parse(
        JSON.parse(new TextDecoder().decode(data)),
      );
      return num_pending + num_ack_pending;
    } catch {
      return null;
    }
  }

  /** Asks for a batch. Of what comes when this has ended nobody hears: the bus hands it out again. */
  async #pull(stop: AbortSignal, waitMs: number): Promise<Pulled> {
    const { connection, identity } = this.#link;
    const [messages, over]: [Msg[], ReturnType<typeof deferred>] = [[], deferred()];
    let why: string | null = null;
    const end = (reason: string | null): void => {
      why ??= reason;
      over.resolve();
    };
    const inbox = createInbox(`_INBOX.${identity}`);
    const subscription = connection.subscribe(inbox, {
      callback: (error: NatsError | null, message) => {
        if (error !== null) return end(error.message);
        // What is kept comes under the subject it was published as, what the server has to say does not.
        if (message.subject === inbox) return end(complaint(message));
        messages.push(message);
        if (messages.length >= FETCH_SAMPLES_MAX) end(null);
      },
    });
    const forgetLoss = this.#link.onLost(() => end('the connection to the bus was lost'));
    const onStop = (): void => end(null);
    stop.addEventListener('abort', onStop);
    const late = setTimeout(() => end(NO_ANSWER), waitMs + ANSWER_MS);
    const body = { batch: FETCH_SAMPLES_MAX, max_bytes: FETCH_BYTES_MAX, expires: waitMs * 1e6 };
    try {
      connection.publish(next, JSON.stringify(body), { reply: inbox });
      if (!stop.aborted) await over.promise;
    } finally {
      clearTimeout(late);
      stop.removeEventListener('abort', onStop);
      forgetLoss();
      if (!subscription.isClosed()) subscription.unsubscribe();
    }
    return { messages, why };
  }

  #read(message: Msg): readonly KeptSample[] {
    const say = (word: Verdict): void => {
      const { reply = '' } = message;
      if (reply.startsWith(acknowledge)) this.#link.publish(reply, new TextEncoder().encode(word));
    };
    try {
      const sample = decode(statsFeed.message, message.data, 'REPLY_INVALID');
      return [{ sample, acknowledge: () => say('+ACK'), release: () => say('-NAK') }];
    } catch (error) {
      say('+TERM');
      this.#onMalformed(error);
      return [];
    }
  }
}

type Verdict = '+ACK' | '-NAK' | '+TERM';

interface Pulled {
  readonly messages: readonly Msg[];
  /** Why there are no more of them; null when nothing is wrong. */
  readonly why: string | null;
}

/** Where there is no stream nobody says so. */
const NO_ANSWER = 'the bus hands out no samples; once it runs, the supervisor has it keep some';

const unavailable = (why: string): Fetched => ({ kind: 'unavailable', why });

const consumerInfo = z.object({ num_pending: z.number(), num_ack_pending: z.number() });

/** Null when a batch has ended as batches do: nothing more came in time, or nothing more fits. */
function complaint({ headers }: Msg): string | null {
  const code = headers?.code ?? 0;
  const description = headers?.description ?? '';
  if (code === 404 || code === 408 || /MaxBytes/i.test(description)) return null;
  if (code === 503) return NO_ANSWER;
  return `the bus hands out no samples: ${description} (${code})`;
}

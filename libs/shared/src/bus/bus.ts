import { connect, type NatsConnection } from 'nats';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../contracts/failures.ts';
import {
  feedPattern,
  feedSubject,
  processSubject,
  variantOf,
  type MessageOf,
  type NameFeed,
  type ProcessFeed,
} from '../contracts/feed.ts';
import type { KeyHolder } from '../contracts/identities.ts';
import type { BodyOf, ReplyOf, RequestContract } from '../contracts/request.ts';
import type { Name } from '../domain/name.ts';
import { actorHeaders } from './actor.ts';
import { encode } from './codec.ts';
import { DialledSockets } from './dialled-sockets.ts';
import { follow, type FollowOptions } from './follow.ts';
import { prover } from './keys.ts';
import { Link } from './link.ts';
import { request, type RequestOptions } from './request.ts';
import { serve, type Load, type Served } from './serve.ts';
import { StatsReader } from './stats-reader.ts';
import { keepStatsStream, type KeepOptions } from './stats-stream.ts';

export interface BusOptions {
  /** `nats://127.0.0.1:PORT` */
  readonly url: string;
  readonly identity: KeyHolder;
  /** The nkey seed of that identity. */
  readonly seed: string;
  /** Told of everything that is nobody's fault but ours: a throwing handler, a refused subscription. */
  readonly onDefect: (error: unknown, where: string) => void;
  /** How long to try before `BUS_UNREACHABLE`; a service waits for ever, which is the default. */
  readonly connectDeadlineMs?: number;
  /** Ends the trying, with the signal's reason. */
  readonly stop?: AbortSignal;
}

/** For who only asks. */
export type Requests = Pick<Bus, 'request'>;

const RETRY_CONNECT_MS = 250;
/** How long requests under way are answered still, when a process ends. */
export const LAST_ANSWERS_MS = 5_000;
const LAST_LOOK_MS = 10;

/**
 * One connection to the bus. It reconnects for ever; requests under way are repeated when it does
 * (every request is a question or carries an id, so a repetition does nothing twice), and subscriptions
 * are made again. The only door to the package `nats`.
 */
export class Bus implements AsyncDisposable {
  readonly #link: Link;
  readonly #options: BusOptions;
  readonly #load: Load = { active: 0, total: 0, dropped: 0 };
  /** Requests of ours that are under way. */
  #asking = 0;
  /** Whether anything is sent here that is not answered, or comes unasked. */
  #isMoreThanAsking = false;
  /** Each ends a service of ours. */
  readonly #endings: (() => Promise<unknown>)[] = [];

  private constructor(link: Link, options: BusOptions) {
    this.#link = link;
    this.#options = options;
  }

  static async connect(options: BusOptions): Promise<Bus> {
    const connection = await dial(options);
    return new Bus(new Link(connection, options.identity, options.onDefect), options);
  }

  /** Throws a `Failure`. */
  async request<C extends RequestContract>(
    contract: C,
    body: BodyOf<C>,
    options: RequestOptions = {},
  ): Promise<ReplyOf<C>> {
    this.#asking += 1;
    try {
      return await request(this.#link, contract, body, options);
    } finally {
      this.#asking -= 1;
    }
  }

  /** To ask in the name of somebody, who is printable ASCII: for gateways. Throws `RangeError`. */
  inTheNameOf(actor: string): Requests {
    actorHeaders(actor);
    return {
      request: async (contract, body, options) =>
        await this.request(contract, body, { ...options, actor }),
    };
  }

  /** Answers requests until the bus is closed. */
  async serve(served: Served): Promise<void> {
    this.#isMoreThanAsking = true;
    this.#endings.push(await serve(this.#link, served, this.#load, this.#options.onDefect));
  }

  /** Of the requests that are answered here. */
  get load(): Readonly<Load> {
    return this.#load;
  }

  /** Whether there is a connection now. */
  get isUp(): boolean {
    return this.#link.isUp;
  }

  /** False when the message was not sent, because there is no connection now or it is too large. Never throws. */
  publish<F extends NameFeed>(feed: F, name: Name, message: MessageOf<F>): boolean {
    return this.#publish(feedSubject(feed, name, variantOf(feed, message)), message);
  }

  /** The same of a message that is msgpack already, of a feed without variants. */
  publishEncoded(feed: NameFeed, name: Name, data: Uint8Array): boolean {
    this.#isMoreThanAsking = true;
    return this.#link.isUp && this.#link.publish(feedSubject(feed, name), data);
  }

  /** The same of a process about itself. */
  publishOwn<F extends ProcessFeed>(feed: F, message: MessageOf<F>): boolean {
    return this.#publish(processSubject(feed, message.process), message);
  }

  #publish(subject: string, message: unknown): boolean {
    this.#isMoreThanAsking = true;
    return this.#link.isUp && this.#link.publish(subject, encode(message));
  }

  /** Hands on messages of a feed, one after the other, until the returned function is called. */
  follow<F extends NameFeed>(feed: F, name: Name, options: FollowOptions<F>): () => void {
    this.#isMoreThanAsking = true;
    const pattern = feedPattern(feed, name);
    return follow(this.#link, feed, pattern, options, this.#options.onDefect);
  }

  /** The same of what all processes tell about themselves. */
  followProcesses<F extends ProcessFeed>(feed: F, options: FollowOptions<F>): () => void {
    this.#isMoreThanAsking = true;
    const pattern = processSubject(feed, '*');
    return follow(this.#link, feed, pattern, options, this.#options.onDefect);
  }

  /** Has the bus keep samples for whoever reads them, until it is disposed of. The supervisor's alone. */
  keepStats(options: KeepOptions): Disposable {
    this.#isMoreThanAsking = true;
    const dialOnce = { ...this.#options, connectDeadlineMs: RETRY_CONNECT_MS };
    return keepStatsStream(this.#link, async () => await dial(dialOnce), options);
  }

  /** Reads the samples that the bus keeps. The bridge's alone. `onMalformed` as the reader has it. */
  readStats(onMalformed: (error: unknown) => void): StatsReader {
    this.#isMoreThanAsking = true;
    return new StatsReader(this.#link, onMalformed);
  }

  /** Resolves when everything sent before, subscriptions included, has reached the server. */
  async flush(): Promise<void> {
    await this.#link.connection.flush();
  }

  /**
   * Calls `listener` whenever the connection is up again after it was lost, until the returned function is
   * called.
   */
  onReconnect(listener: () => void): () => void {
    return this.#link.onReconnect(listener);
  }

  /** Takes no more requests on, and answers those that are under way, as long as that does not take too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    const end = Date.now() + LAST_ANSWERS_MS;
    const taken = Promise.allSettled(this.#endings.map(async (ending) => await ending()));
    if (this.isUp && this.#endings.length > 0)
      await Promise.race([taken, sleep(LAST_ANSWERS_MS, null, { ref: false })]);
    while (this.#load.active > 0 && Date.now() < end) await sleep(LAST_LOOK_MS);
    // What was asked is answered: nothing is under way that would have to arrive first.
    if (this.#isMoreThanAsking || this.#asking > 0) await this.#link.drain();
    await this.#link.close();
  }
}

async function dial(options: BusOptions): Promise<NatsConnection> {
  const prove = proverOf(options);
  const end = Date.now() + (options.connectDeadlineMs ?? Number.POSITIVE_INFINITY);
  using sockets = new DialledSockets(options.url);
  for (;;) {
    options.stop?.throwIfAborted();
    try {
      return await connect({
        servers: options.url,
        name: options.identity,
        authenticator: prove,
        inboxPrefix: `_INBOX.${options.identity}`,
        maxReconnectAttempts: -1,
        ignoreAuthErrorAbort: true,
        reconnectTimeWait: RETRY_CONNECT_MS,
        timeout: 2_000,
        pingInterval: 5_000,
        maxPingOut: 2,
        noAsyncTraces: true,
      });
    } catch (error) {
      sockets.destroySilent();
      const why = error instanceof Error ? error.message : String(error);
      if (/authorization/i.test(why)) {
        throw new Failure('PERMISSION_DENIED', `the bus at ${options.url} does not know this key`);
      }
      if (Date.now() + RETRY_CONNECT_MS > end) {
        throw new Failure('BUS_UNREACHABLE', `no bus at ${options.url}: is albatross running?`);
      }
      await sleep(RETRY_CONNECT_MS);
    }
  }
}

function proverOf({ identity, seed }: BusOptions): ReturnType<typeof prover> {
  try {
    return prover(seed);
  } catch {
    throw new Failure('PERMISSION_DENIED', `the key of ${identity} is damaged: it is no nkey seed`);
  }
}

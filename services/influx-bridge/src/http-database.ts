import { HttpError, InfluxDB, type WriteApi } from '@influxdata/influxdb-client';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DATABASE_DEADLINE_MS, reasonOf, type Database, type Outcome } from './database.ts';

export interface HttpDatabaseOptions {
  /** Without the path of the API. */
  readonly url: string;
  readonly bucket: string;
  /** Empty where the database knows no organisations. */
  readonly org: string;
  readonly token: string | null;
  readonly deadlineMs?: number;
}

/** InfluxDB's v2 write API, and what else speaks it. */
export class HttpDatabase implements Database {
  readonly #agent: HttpAgent;
  readonly #api: WriteApi;
  readonly #deadlineMs: number;
  #isConnected = false;
  #isOver = false;

  constructor({ url, bucket, org, token, deadlineMs = DATABASE_DEADLINE_MS }: HttpDatabaseOptions) {
    const Agent = url.startsWith('https:') ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true });
    this.#deadlineMs = deadlineMs;
    const influx = new InfluxDB({
      url,
      ...(token === null ? {} : { token }),
      // Ours comes first.
      timeout: 2 * deadlineMs,
      transportOptions: { agent: this.#agent },
    });
    this.#api = influx.getWriteApi(org, bucket, 'ns', UNBUFFERED);
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async write(lines: readonly string[]): Promise<Outcome> {
    if (this.#isOver) return { kind: 'failed', why: 'it is being closed' };
    const outcome = await this.#try(lines);
    this.#isConnected = outcome.kind !== 'failed';
    // What went wrong on a connection may go on there.
    if (outcome.kind === 'failed') this.#agent.destroy();
    return outcome;
  }

  async #try(lines: readonly string[]): Promise<Outcome> {
    let isLate = false;
    // The library's deadline is one of silence: a byte now and then would put it off for ever.
    const late = setTimeout(() => {
      isLate = true;
      this.#agent.destroy();
    }, this.#deadlineMs);
    try {
      // One record of many lines: of more records the library would decide when they are sent.
      this.#api.writeRecord(lines.join('\n'));
      await this.#api.flush();
      return { kind: 'written' };
    } catch (error) {
      if (isLate) return { kind: 'failed', why: `no answer within ${this.#deadlineMs} ms` };
      return judge(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** What is under way fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#agent.destroy();
  }
}

/** The library keeps nothing, sends nothing by itself, tries nothing twice and prints nothing. */
const UNBUFFERED = {
  batchSize: 2,
  maxBatchBytes: Infinity,
  flushInterval: 0,
  maxRetries: 0,
  // To pack takes a while in which nothing is under way that could be ended.
  gzipThreshold: Infinity,
  writeFailed: (error: Error) => Promise.reject(error),
};

/** What a database says of lines that it cannot read, that do not fit it, or that are too many. */
const REFUSALS = [400, 413, 422];

function judge(error: unknown): Outcome {
  if (!(error instanceof HttpError)) return { kind: 'failed', why: printable(reasonOf(error)) };
  // What the database sent stands there as it came, and may be no text.
  const message: unknown = error.message;
  const why = `HTTP status ${error.statusCode}: ${printable(String(message))}`;
  return { kind: REFUSALS.includes(error.statusCode) ? 'refused' : 'failed', why };
}

const PRINTED_MAX = 200;

const printable = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, PRINTED_MAX);

import type { ConsoleEntry, HistoryStart } from '../../contracts/console.ts';
import { parseName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import { ConsoleStream } from '../console/stream.ts';
import { eventually } from './asserts.ts';
import { RealServer } from './real-server.ts';
import { lines, ToyConsole } from './toy-console.ts';
import { ToyReader } from './toy-reader.ts';

export const ALL: HistoryStart = { kind: 'count', count: 1_000_000 };

/** A server, a console service, and a client that remembers what it shows. */
export class ConsoleScene implements AsyncDisposable {
  readonly server: RealServer;
  readonly reader = new ToyReader();
  toy: ToyConsole;
  /** Times it was said that there is nothing. */
  nothing = 0;
  #console: Bus;
  readonly #client: Bus;
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  private constructor(server: RealServer, toy: ToyConsole, console: Bus, client: Bus) {
    this.server = server;
    this.toy = toy;
    this.#console = console;
    this.#client = client;
  }

  static async set(entries: Readonly<Record<string, ConsoleEntry[]>> = {}): Promise<ConsoleScene> {
    const server = await RealServer.start();
    const console = await server.connect('console');
    const client = await server.connect('admin');
    const toy = await ToyConsole.start(console);
    for (const [name, of] of Object.entries(entries)) toy.of(name, of);
    return new ConsoleScene(server, toy, console, client);
  }

  get shown(): readonly string[] {
    return this.reader.shown;
  }

  /** `lookMs`: for ever, unless a test is about looking. */
  stream(name: string, reader = this.reader, lookMs = 2 ** 30): ConsoleStream {
    return new ConsoleStream(this.#client, parseName(name), reader, lookMs);
  }

  async history(name: string, from: HistoryStart, reader = this.reader): Promise<void> {
    const signal = new AbortController().signal;
    await this.stream(name, reader).history(from, { signal, onNothing: this.#onNothing });
  }

  follow(name: string, from: HistoryStart, lookMs?: number): Promise<void> {
    const { signal } = this.#stop;
    const stream = this.stream(name, this.reader, lookMs);
    this.#following = stream.follow(from, { signal, onNothing: this.#onNothing });
    this.#following.catch(() => undefined);
    return this.#following;
  }

  readonly #onNothing = (): void => void (this.nothing += 1);

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async untilShown(last: string): Promise<void> {
    await eventually(`${last} is shown`, () => this.shown.includes(last)).catch(
      (error: unknown) => {
        throw new Error(`instead there is: ${this.shown.slice(-20).join(', ')}`, { cause: error });
      },
    );
  }

  /** The server dies and is there again, and so are console and client. */
  async restartBus(meanwhile: () => void = () => undefined): Promise<void> {
    let back = 0;
    for (const bus of [this.#console, this.#client]) bus.onReconnect(() => void (back += 1));
    await this.server.kill();
    meanwhile();
    await this.server.resume();
    await eventually('all are back', () => back === 2);
  }

  async stopConsole(): Promise<void> {
    await this.#console[Symbol.asyncDispose]();
  }

  async startConsole(): Promise<void> {
    this.#console = await this.server.connect('console');
    const toy = await ToyConsole.start(this.#console);
    toy.inherit(this.toy);
    this.toy = toy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reader.read();
    await this.stop().catch(() => undefined);
    for (const bus of [this.#client, this.#console]) await bus[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** As they are shown. */
export function shownLines(from: number, to: number, name = ''): readonly string[] {
  return lines(from, to).map(({ seq }) => `${name === '' ? '' : `${name} `}${seq} line ${seq}`);
}

import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConsoleStream } from './console-stream.ts';
import { hello, line, lines, ToyConsole } from './testing/toy-console.ts';

const ALL: HistoryStart = { kind: 'count', count: 1_000_000 };

/** A server, a console service, and a client that remembers what it shows. */
class Scene implements AsyncDisposable {
  readonly server: RealServer;
  readonly toy: ToyConsole;
  readonly stream: ConsoleStream;
  readonly shown: string[] = [];
  waited = 0;
  readonly #buses: readonly Bus[];
  readonly #client: Bus;
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  private constructor(server: RealServer, toy: ToyConsole, buses: readonly Bus[], client: Bus) {
    this.server = server;
    this.toy = toy;
    this.#buses = [client, ...buses];
    this.#client = client;
    this.stream = this.newStream(this.shown);
  }

  newStream(shown: string[]): ConsoleStream {
    return new ConsoleStream(this.#client, hello, (entry) => void shown.push(show(entry)));
  }

  static async set(entries: ConsoleEntry[]): Promise<Scene> {
    const server = await RealServer.start();
    const console = await server.connect('console');
    const client = await server.connect('admin');
    return new Scene(server, await ToyConsole.start(console, entries), [console], client);
  }

  follow(from: HistoryStart): void {
    const onWaiting = (): void => void (this.waited += 1);
    this.#following = this.stream.follow(from, { signal: this.#stop.signal, onWaiting });
    this.#following.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async untilShown(last: string): Promise<void> {
    await eventually(`${last} is shown`, () => this.shown.at(-1) === last);
  }

  /** The server dies and is there again, and so are console and client. */
  async restartBus(meanwhile: () => void = () => undefined): Promise<void> {
    let back = 0;
    for (const bus of this.#buses) bus.onReconnect(() => void (back += 1));
    await this.server.kill();
    meanwhile();
    await this.server.resume();
    await eventually('all are back', () => back === this.#buses.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const bus of this.#buses) await bus[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

function show({ seq, entry }: ConsoleEntry): string {
  if (entry.kind === 'gap') return `gap: ${entry.why}`;
  return entry.kind === 'line' ? `${seq} ${Buffer.from(entry.bytes).toString()}` : entry.kind;
}

const shownLines = (from: number, to: number): readonly string[] => lines(from, to).map(show);

describe('the history of a console', () => {
  it('is shown once and in order, page by page', async () => {
    await using scene = await Scene.set(lines(1, 10));
    await scene.stream.history(ALL);
    assert.deepEqual(scene.shown, shownLines(1, 10));
  });

  it('begins where it is asked to', async () => {
    await using scene = await Scene.set(lines(1, 10));
    for (const [from, first] of [
      [{ kind: 'count', count: 4 }, 7],
      [{ kind: 'since', at: 9_000 }, 9],
      [{ kind: 'count', count: 0 }, 11],
      [{ kind: 'since', at: 999_000 }, 11],
    ] as const) {
      const shown: string[] = [];
      await scene.newStream(shown).history(from);
      assert.deepEqual(shown, shownLines(first, 10));
    }
  });

  it('ends although the unikernel prints faster than it can be read', async () => {
    await using scene = await Scene.set(lines(1, 10));
    scene.toy.beforeAnswer = () => void scene.toy.printUntold(10);
    await scene.stream.history(ALL);
    const count = scene.shown.length;
    assert.ok(count >= 10 && count < 40, String(count));
    assert.deepEqual(scene.shown, shownLines(1, count));
  });

  it('fails when nothing was ever printed', async () => {
    await using scene = await Scene.set([]);
    assert.equal(await failureCode(scene.stream.history(ALL)), 'CONSOLE_NOT_FOUND');
  });
});

describe('following a console', () => {
  it('shows the history and then what is printed', async () => {
    await using scene = await Scene.set(lines(1, 4));
    scene.follow({ kind: 'count', count: 2 });
    await scene.untilShown('4 line 4');
    scene.toy.print();
    scene.toy.print(2);
    await scene.untilShown('7 line 7');
    assert.deepEqual(scene.shown, shownLines(3, 7));
  });

  it('shows what is printed while the history is asked for, once', async () => {
    await using scene = await Scene.set(lines(1, 8));
    scene.toy.beforeAnswer = () => scene.toy.print();
    scene.follow(ALL);
    await eventually('the history is shown', () => scene.shown.length >= 8);
    scene.toy.beforeAnswer = () => undefined;
    scene.toy.print();
    const last = scene.toy.entries.length;
    await scene.untilShown(`${last} line ${last}`);
    assert.deepEqual(scene.shown, shownLines(1, last));
  });

  it('shows nothing twice that it is told again', async () => {
    await using scene = await Scene.set(lines(1, 4));
    scene.follow(ALL);
    await scene.untilShown('4 line 4');
    scene.toy.tell(lines(1, 4));
    scene.toy.tell([line(4), ...scene.toy.printUntold()]);
    scene.toy.tell([line(5)]);
    scene.toy.print();
    await scene.untilShown('6 line 6');
    assert.deepEqual(scene.shown, shownLines(1, 6));
  });

  it('fills a step in the numbers from the history', async () => {
    await using scene = await Scene.set(lines(1, 2));
    scene.follow(ALL);
    await scene.untilShown('2 line 2');
    scene.toy.printUntold(10);
    scene.toy.print();
    await scene.untilShown('13 line 13');
    assert.deepEqual(scene.shown, shownLines(1, 13));
  });

  it('says how many entries are not kept any more', async () => {
    await using scene = await Scene.set(lines(1, 2));
    scene.follow(ALL);
    await scene.untilShown('2 line 2');
    scene.toy.printUntold(10);
    scene.toy.entries = scene.toy.entries.slice(-3);
    scene.toy.print();
    await scene.untilShown('13 line 13');
    const gap = 'gap: 7 older entries are not kept any more';
    assert.deepEqual(scene.shown, [...shownLines(1, 2), gap, ...shownLines(10, 13)]);
  });

  it('goes on when the bus was away, and misses nothing', async () => {
    await using scene = await Scene.set(lines(1, 2));
    scene.follow(ALL);
    await scene.untilShown('2 line 2');
    await scene.restartBus(() => scene.toy.print(5));
    await scene.untilShown('7 line 7');
    scene.toy.print();
    await scene.untilShown('8 line 8');
    assert.deepEqual(scene.shown, shownLines(1, 8));
  });

  it('waits for a unikernel that never printed, and misses nothing of it', async () => {
    await using scene = await Scene.set([]);
    scene.follow({ kind: 'count', count: 0 });
    await eventually('it waits', () => scene.waited === 1);
    scene.toy.printUntold(2);
    scene.toy.print();
    await scene.untilShown('3 line 3');
    assert.deepEqual(scene.shown, shownLines(1, 3));
  });

  it('of nothing but what is new shows nothing old, even when the bus was away', async () => {
    await using scene = await Scene.set(lines(1, 5));
    scene.follow({ kind: 'count', count: 0 });
    await eventually('it has begun', () => scene.toy.asked.length === 2);
    await scene.restartBus(() => scene.toy.print(2));
    await scene.untilShown('7 line 7');
    assert.deepEqual(scene.shown, shownLines(6, 7));
  });

  it('shows no more than was asked for when the bus goes away before the history is there', async () => {
    await using scene = await Scene.set(lines(1, 9));
    const answered = deferred();
    scene.toy.beforeAnswer = () => answered.promise;
    scene.follow({ kind: 'count', count: 2 });
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.restartBus();
    answered.resolve();
    await scene.untilShown('9 line 9');
    scene.toy.print();
    await scene.untilShown('10 line 10');
    assert.deepEqual(scene.shown, shownLines(8, 10));
  });

  it('ends at once when told to, whatever it is waiting for', async () => {
    await using scene = await Scene.set(lines(1, 5));
    const never = deferred();
    scene.toy.beforeAnswer = () => never.promise;
    scene.follow(ALL);
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.stop();
    never.resolve();
    assert.deepEqual(scene.shown, []);
  });

  it('ends in the midst of a history that never ends', async () => {
    await using scene = await Scene.set(lines(1, 5));
    scene.follow(ALL);
    await scene.untilShown('5 line 5');
    scene.toy.beforeAnswer = () => void scene.toy.printUntold(10);
    scene.toy.printUntold();
    scene.toy.print();
    await eventually('it catches up', () => scene.shown.length > 30);
    await scene.stop();
    const count = scene.shown.length;
    const asked = scene.toy.asked.length;
    await eventually('the last answer came', () => scene.toy.asked.length <= asked + 1);
    assert.equal(scene.shown.length, count);
    assert.deepEqual(scene.shown, shownLines(1, count));
  });

  it('fails as the history does', async () => {
    await using scene = await Scene.set(lines(1, 5));
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    const follow = scene.stream.follow(ALL, {
      signal: new AbortController().signal,
      onWaiting: assert.fail,
    });
    assert.equal(await failureCode(follow), 'BUSY');
  });
});

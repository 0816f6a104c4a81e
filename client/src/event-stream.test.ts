import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import type { EventRecord } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventStream, type EventGap } from './event-stream.ts';
import { failed, ToyEventLog } from './testing/toy-event-log.ts';

const ALL: HistoryStart = { kind: 'count', count: 1_000_000 };

/** A server, an event log, and a client that remembers what it shows. */
class Scene implements AsyncDisposable {
  readonly server: RealServer;
  readonly toy: ToyEventLog;
  readonly shown: string[] = [];
  readonly #buses: readonly Bus[];
  readonly #client: Bus;
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  private constructor(server: RealServer, toy: ToyEventLog, buses: readonly Bus[], client: Bus) {
    this.server = server;
    this.toy = toy;
    this.#buses = [client, ...buses];
    this.#client = client;
  }

  static async set(events: EventRecord[]): Promise<Scene> {
    const server = await RealServer.start();
    const supervisor = await server.connect('supervisor');
    const client = await server.connect('admin');
    return new Scene(server, await ToyEventLog.start(supervisor, events), [supervisor], client);
  }

  stream(name: string, shown: string[] = this.shown, lookMs?: number): EventStream {
    const show = {
      event: (event: EventRecord) => void shown.push(`${event.seq} ${event.name}`),
      gap: ({ after, first }: EventGap) => void shown.push(`gap ${after} ${first}`),
    };
    return new EventStream(this.#client, parseName(name), show, lookMs);
  }

  follow(name: string, from: HistoryStart, lookMs?: number): void {
    this.#following = this.stream(name, this.shown, lookMs).follow(from, this.#stop.signal);
    this.#following.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async untilShown(last: string): Promise<void> {
    await eventually(`${last} is shown`, () => this.shown.at(-1) === last);
  }

  /** The server dies and is there again, and so are supervisor and client. */
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

const events = (from: number, to: number): EventRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => failed(from + index));
const shownEvents = (from: number, to: number): readonly string[] =>
  events(from, to).map(({ seq, name }) => `${seq} ${name}`);

/** Every other event is of `bar:`. */
function mixed(to: number): EventRecord[] {
  return events(1, to).map(({ seq }) => failed(seq, seq % 2 === 0 ? 'bar:hello' : 'foo:hello'));
}

describe('the events up to now', () => {
  it('are shown once and in order, page by page', async () => {
    await using scene = await Scene.set(events(1, 10));
    await scene.stream('foo:').history(ALL);
    assert.deepEqual(scene.shown, shownEvents(1, 10));
  });

  it('begin where it is asked to', async () => {
    await using scene = await Scene.set(events(1, 10));
    for (const [from, first] of [
      [{ kind: 'count', count: 4 }, 7],
      [{ kind: 'since', at: 9_000 }, 9],
      [{ kind: 'count', count: 0 }, 11],
      [{ kind: 'since', at: 999_000 }, 11],
    ] as const) {
      const shown: string[] = [];
      await scene.stream('foo:hello', shown).history(from);
      assert.deepEqual(shown, shownEvents(first, 10));
    }
  });

  it('are none when there are none', async () => {
    await using scene = await Scene.set([]);
    await scene.stream(':').history(ALL);
    assert.deepEqual(scene.shown, []);
  });

  it('end although more happens than can be read', async () => {
    await using scene = await Scene.set(events(1, 10));
    scene.toy.beforeAnswer = () =>
      void scene.toy.recordUntold(...Array.from({ length: 10 }, () => 'foo:hello'));
    await scene.stream('foo:').history(ALL);
    const count = scene.shown.length;
    assert.ok(count >= 10 && count < 40, String(count));
    assert.deepEqual(scene.shown, shownEvents(1, count));
  });

  it('show a gap where the log was cut between two pages', async () => {
    await using scene = await Scene.set(events(1, 20));
    scene.toy.beforeAnswer = ({ kind }) => {
      if (kind === 'after') scene.toy.events = scene.toy.events.filter(({ seq }) => seq > 17);
    };
    await scene.stream('foo:').history(ALL);
    assert.deepEqual(scene.shown, [...shownEvents(1, 3), 'gap 3 18', ...shownEvents(18, 20)]);
  });
});

describe('following events', () => {
  it('shows what was and then what happens, of the name alone', async () => {
    await using scene = await Scene.set(mixed(8));
    scene.follow('foo:', { kind: 'count', count: 2 });
    await scene.untilShown('7 foo:hello');
    scene.toy.record('bar:hello', 'foo:', 'foo:a:b');
    await scene.untilShown('11 foo:a:b');
    assert.deepEqual(scene.shown, ['5 foo:hello', '7 foo:hello', '10 foo:', '11 foo:a:b']);
  });

  it('shows what happens while the history is asked for, once', async () => {
    await using scene = await Scene.set(events(1, 8));
    scene.toy.beforeAnswer = () => scene.toy.record('foo:hello');
    scene.follow('foo:hello', ALL);
    await eventually('the history is shown', () => scene.shown.length >= 8);
    scene.toy.beforeAnswer = () => undefined;
    scene.toy.record('foo:hello');
    const last = scene.toy.events.length;
    await scene.untilShown(`${last} foo:hello`);
    assert.deepEqual(scene.shown, shownEvents(1, last));
  });

  it('shows an event that it was not told of before a later one that it was', async () => {
    await using scene = await Scene.set(mixed(2));
    scene.follow('foo:', ALL);
    await scene.untilShown('1 foo:hello');
    scene.toy.recordUntold('foo:a', 'bar:b', 'foo:c');
    scene.toy.record('foo:d');
    await scene.untilShown('6 foo:d');
    assert.deepEqual(scene.shown, ['1 foo:hello', '3 foo:a', '5 foo:c', '6 foo:d']);
  });

  it('shows nothing twice, and does not ask for what it is told again', async () => {
    await using scene = await Scene.set(events(1, 3));
    scene.follow('foo:', ALL);
    await scene.untilShown('3 foo:hello');
    const asked = scene.toy.asked.length;
    for (const event of scene.toy.events) scene.toy.tell(event);
    scene.toy.record('foo:a');
    await scene.untilShown('4 foo:a');
    assert.deepEqual(scene.shown, [...shownEvents(1, 3), '4 foo:a']);
    assert.equal(scene.toy.asked.length, asked + 1);
  });

  it('looks now and then, whether or not it is told anything', async () => {
    await using scene = await Scene.set(events(1, 2));
    scene.follow('foo:', ALL, 50);
    await scene.untilShown('2 foo:hello');
    scene.toy.recordUntold('foo:a');
    await scene.untilShown('3 foo:a');
  });

  it('goes on when the bus was away, and misses nothing', async () => {
    await using scene = await Scene.set(mixed(4));
    scene.follow('foo:', { kind: 'count', count: 0 });
    await eventually('it has begun', () => scene.toy.asked.length === 1);
    // To be asked is not to be answered.
    scene.toy.record('foo:now');
    await scene.untilShown('5 foo:now');
    await scene.restartBus(() => scene.toy.record('foo:a', 'bar:b', 'foo:c'));
    await scene.untilShown('8 foo:c');
    scene.toy.record('foo:d');
    await scene.untilShown('9 foo:d');
    assert.deepEqual(scene.shown, ['5 foo:now', '6 foo:a', '8 foo:c', '9 foo:d']);
  });

  it('goes on when the log could not be asked for a while', async () => {
    await using scene = await Scene.set(events(1, 2));
    scene.follow('foo:', ALL);
    await scene.untilShown('2 foo:hello');
    let refused = 0;
    scene.toy.beforeAnswer = () => {
      refused += 1;
      if (refused <= 2) throw new Failure('BUSY', 'another time');
    };
    scene.toy.record('foo:a');
    await scene.untilShown('3 foo:a');
    assert.equal(refused, 3);
  });

  it('shows a gap where the log does not reach back any more', async () => {
    await using scene = await Scene.set(events(1, 2));
    scene.follow('foo:', ALL);
    await scene.untilShown('2 foo:hello');
    scene.toy.recordUntold('foo:a', 'foo:b', 'foo:c');
    scene.toy.events = scene.toy.events.slice(-1);
    scene.toy.record('foo:d');
    await scene.untilShown('6 foo:d');
    assert.deepEqual(scene.shown, [...shownEvents(1, 2), 'gap 2 5', '5 foo:c', '6 foo:d']);
  });

  it('begins anew with a log that was removed and begun anew', async () => {
    await using scene = await Scene.set(events(1, 5));
    scene.follow('foo:', ALL);
    await scene.untilShown('5 foo:hello');
    scene.toy.events = [];
    scene.toy.recordUntold('foo:a');
    await scene.restartBus();
    await scene.untilShown('1 foo:a');
    scene.toy.record('foo:b');
    await scene.untilShown('2 foo:b');
  });

  it('ends at once when told to, whatever it is waiting for', async () => {
    await using scene = await Scene.set(events(1, 5));
    const never = deferred();
    scene.toy.beforeAnswer = () => never.promise;
    scene.follow('foo:', ALL);
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.stop();
    never.resolve();
    assert.deepEqual(scene.shown, []);
  });

  it('fails as the first question does', async () => {
    await using scene = await Scene.set(events(1, 5));
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    const follow = scene.stream('foo:').follow(ALL, new AbortController().signal);
    assert.equal(await failureCode(follow), 'BUSY');
  });
});

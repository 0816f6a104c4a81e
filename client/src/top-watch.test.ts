import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Sample } from '@albatross/shared/contracts/stats';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleOf, ToyStats } from './testing/toy-stats.ts';
import { TopWatch } from './top-watch.ts';

/** A server, a statistics service that samples often, and somebody who watches. */
class Scene implements AsyncDisposable {
  readonly server: RealServer;
  readonly toy: ToyStats;
  readonly watch: TopWatch;
  refreshes = 0;
  readonly #buses: readonly Bus[];
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(server: RealServer, toy: ToyStats, watch: TopWatch, buses: readonly Bus[]) {
    this.server = server;
    this.toy = toy;
    this.watch = watch;
    this.#buses = buses;
  }

  static async set(name: string, samples: Sample[], intervalMs = 20): Promise<Scene> {
    const server = await RealServer.start();
    const stats = await server.connect('stats');
    const client = await server.connect('admin');
    const toy = await ToyStats.start(stats, samples);
    toy.intervalMs = intervalMs;
    return new Scene(server, toy, new TopWatch(client, parseName(name)), [client, stats]);
  }

  /** Resolves at the first refresh. */
  async begin(count = Infinity): Promise<void> {
    this.#running = this.run(count);
    this.#running.catch(() => undefined);
    await eventually('it has begun', () => this.refreshes > 0);
  }

  async run(count: number): Promise<void> {
    const onRefresh = (): void => void (this.refreshes += 1);
    await this.watch.run({ signal: this.#stop.signal, count, onRefresh });
  }

  get names(): string {
    return [...this.watch.state.rows.keys()].join(' ');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const bus of this.#buses) await bus[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

describe('watching', () => {
  it('knows what is sampled, below a path, and the machine', async () => {
    const samples = ['a', 'foo:a', 'foo:b', 'foo:c'].map((name) => sampleOf(name, 1000));
    await using scene = await Scene.set('foo:', samples);
    await scene.begin();
    assert.equal(scene.names, 'foo:a foo:b foo:c');
    assert.equal(scene.watch.state.host?.host.cpus, 4);
    assert.equal(scene.toy.hostsAsked[0], 'foo:');
  });

  it('of a single one asks for the path that it is in', async () => {
    await using scene = await Scene.set('foo:b', [sampleOf('foo:b', 1000), sampleOf('foo:c', 1)]);
    await scene.begin();
    assert.equal(scene.names, 'foo:b');
    assert.equal(scene.toy.hostsAsked[0], 'foo:');
  });

  it('counts in what comes between two questions, and forgets who is gone', async () => {
    await using scene = await Scene.set(':', [sampleOf('a', 1000), sampleOf('b', 1000)]);
    await scene.begin();
    scene.toy.sweep(sampleOf('a', 2000), sampleOf('c', 2000));
    await eventually('c came', () => scene.names === 'a b c');
    scene.toy.samples = scene.toy.samples.filter(({ name }) => name !== 'b');
    await eventually('b is gone', () => scene.names === 'a c');
  });

  it('is told of every sample, however seldom it asks', async () => {
    await using scene = await Scene.set(':', [sampleOf('a', 1000)], 1_000_000);
    await scene.begin();
    for (let at = 1001; at <= 3100; at += 1) scene.toy.tell(sampleOf('a', at));
    await eventually('the last came', () => {
      return [...scene.watch.state.rows.values()][0]?.sample.at === 3100;
    });
    assert.equal(scene.refreshes, 1);
  });

  it('ends after as many refreshes as it is told to', async () => {
    await using scene = await Scene.set(':', []);
    await scene.run(3);
    assert.equal(scene.refreshes, 3);
    assert.equal(scene.toy.hostsAsked.length, 3);
  });

  it('says that the bus is away, and goes on when it is back', async () => {
    await using scene = await Scene.set(':', [sampleOf('a', 1000)]);
    await scene.begin();
    await scene.server.kill();
    await eventually('it is known', () => scene.watch.state.failure !== null);
    const before = scene.refreshes;
    await eventually('it is refreshed still', () => scene.refreshes > before);
    scene.toy.samples = [sampleOf('a', 2000)];
    await scene.server.resume();
    await eventually('it goes on', () => {
      const { failure, rows } = scene.watch.state;
      return failure === null && [...rows.values()][0]?.sample.at === 2000;
    });
  });

  it('asks at once when the bus is back', async () => {
    await using scene = await Scene.set(':', [sampleOf('a', 1000)], 1_000_000);
    await scene.begin();
    await scene.server.kill();
    await eventually('it is known', () => scene.watch.state.failure !== null);
    await scene.server.resume();
    await eventually('it is refreshed', () => scene.refreshes === 2);
    await eventually('all is well', () => scene.watch.state.failure === null);
  });

  it('says why there is no answer, and goes on with the next one', async () => {
    await using scene = await Scene.set(':', [sampleOf('a', 1000)]);
    await scene.begin();
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    await eventually('it is known', () => scene.watch.state.failure === 'another time');
    assert.equal(scene.names, 'a');
    scene.toy.beforeAnswer = () => undefined;
    await eventually('it goes on', () => scene.watch.state.failure === null);
  });

  it('ends at once when told to, whatever it is waiting for', async () => {
    await using scene = await Scene.set(':', []);
    await scene.begin();
    const never = deferred();
    const asked = scene.toy.asked.length;
    scene.toy.beforeAnswer = () => never.promise;
    await eventually('it asks', () => scene.toy.asked.length > asked + 1);
    const before = scene.refreshes;
    await scene.stop();
    never.resolve();
    assert.equal(scene.refreshes, before);
  });

  it('fails as the first question does, and as one does that will never be answered', async () => {
    await using scene = await Scene.set(':', []);
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    assert.equal(await failureCode(scene.run(2)), 'BUSY');
    assert.equal(scene.refreshes, 0);
    let asked = 0;
    scene.toy.beforeAnswer = () => {
      asked += 1;
      if (asked > 1) throw new Failure('REQUEST_INVALID', 'never');
    };
    assert.equal(await failureCode(scene.run(9)), 'REQUEST_INVALID');
    assert.equal(scene.refreshes, 1);
  });
});

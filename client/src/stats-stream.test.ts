import type { Bus } from '@albatross/shared/bus/bus';
import { deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Sample } from '@albatross/shared/contracts/stats';
import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNewer, newestSamples, StatsStream } from './stats-stream.ts';
import { sampleOf, ToyStats } from './testing/toy-stats.ts';

/** A server, a statistics service, and a client that remembers what it shows. */
class Scene implements AsyncDisposable {
  readonly server: RealServer;
  readonly toy: ToyStats;
  readonly shown: string[] = [];
  readonly client: Bus;
  readonly #buses: readonly Bus[];
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();

  private constructor(server: RealServer, toy: ToyStats, buses: readonly Bus[], client: Bus) {
    this.server = server;
    this.toy = toy;
    this.#buses = [client, ...buses];
    this.client = client;
  }

  static async set(samples: Sample[]): Promise<Scene> {
    const server = await RealServer.start();
    const stats = await server.connect('stats');
    const client = await server.connect('admin');
    return new Scene(server, await ToyStats.start(stats, samples), [stats], client);
  }

  follow(name: string): void {
    this.#following = this.stream(name).follow(this.#stop.signal);
    this.#following.catch(() => undefined);
  }

  stream(name: string): StatsStream {
    return new StatsStream(this.client, parseName(name), {
      sample: ({ name, at }) => void this.shown.push(`${name} ${at}`),
      dropped: (count) => assert.fail(`${count} dropped`),
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }

  async untilShown(last: string): Promise<void> {
    await eventually(`${last} is shown`, () => this.shown.at(-1) === last);
  }

  /** The server dies and is there again, and so are service and client. */
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

const several = (at: number): Sample[] =>
  ['a', 'bar:b', 'foo:a', 'foo:b', 'foo:c:d'].map((name) => sampleOf(name, at));

describe('the newest samples', () => {
  it('are found page by page, of one name or below a path', async () => {
    await using scene = await Scene.set(several(1000));
    scene.toy.intervalMs = 5000;
    const found = async (name: string): Promise<readonly string[]> => {
      const { samples, intervalMs } = await newestSamples(scene.client, parseName(name));
      assert.equal(intervalMs, 5000);
      return samples.map((one) => one.name);
    };
    assert.deepEqual(await found(':'), ['a', 'bar:b', 'foo:a', 'foo:b', 'foo:c:d']);
    assert.deepEqual(await found('foo:'), ['foo:a', 'foo:b', 'foo:c:d']);
    assert.deepEqual(await found('foo:b'), ['foo:b']);
    assert.deepEqual(await found('nobody'), []);
    assert.deepEqual(scene.toy.asked.slice(0, 3), [':', ': bar:b', ': foo:b']);
  });
});

describe('following samples', () => {
  it('shows the newest and then what comes, of the name alone', async () => {
    await using scene = await Scene.set(several(1000));
    scene.follow('foo:');
    await scene.untilShown('foo:c:d 1000');
    scene.toy.sweep(...several(2000));
    await scene.untilShown('foo:c:d 2000');
    assert.deepEqual(
      scene.shown,
      [1000, 2000].flatMap((at) => [`foo:a ${at}`, `foo:b ${at}`, `foo:c:d ${at}`]),
    );
  });

  it('shows what comes while the newest are asked for, once', async () => {
    await using scene = await Scene.set(several(1000));
    let at = 1000;
    scene.toy.beforeAnswer = () => scene.toy.sweep(...several((at += 1000)));
    scene.follow(':');
    await scene.untilShown('foo:b 4000');
    assert.ok(scene.shown.includes('foo:c:d 4000'));
    assert.equal(new Set(scene.shown).size, scene.shown.length);
    scene.toy.tell(sampleOf('a', 4000));
    scene.toy.tell(sampleOf('a', 3000));
    scene.toy.tell(sampleOf('a', 5000));
    await scene.untilShown('a 5000');
    assert.deepEqual(scene.shown.slice(-2), ['foo:b 4000', 'a 5000']);
  });

  it('goes on when the bus was away, with the newest first', async () => {
    await using scene = await Scene.set([sampleOf('a', 1000), sampleOf('b', 1000)]);
    scene.follow(':');
    await scene.untilShown('b 1000');
    await scene.restartBus(() => {
      scene.toy.sweep(sampleOf('a', 2000));
      scene.toy.sweep(sampleOf('a', 3000));
    });
    await scene.untilShown('a 3000');
    scene.toy.sweep(sampleOf('b', 4000));
    await scene.untilShown('b 4000');
    assert.deepEqual(scene.shown, ['a 1000', 'b 1000', 'a 3000', 'b 4000']);
  });

  it('goes on when the service could not be asked for a while', async () => {
    await using scene = await Scene.set([sampleOf('a', 1000)]);
    scene.follow(':');
    await scene.untilShown('a 1000');
    let refused = 0;
    scene.toy.beforeAnswer = () => {
      refused += 1;
      if (refused <= 2) throw new Failure('BUSY', 'another time');
    };
    await scene.restartBus(() => scene.toy.sweep(sampleOf('a', 2000)));
    await scene.untilShown('a 2000');
    assert.equal(refused, 3);
  });

  it('ends at once when told to, whatever it is waiting for', async () => {
    await using scene = await Scene.set(several(1000));
    const never = deferred();
    scene.toy.beforeAnswer = () => never.promise;
    scene.follow(':');
    await eventually('it asks', () => scene.toy.asked.length === 1);
    await scene.stop();
    never.resolve();
    assert.deepEqual(scene.shown, []);
  });

  it('fails as the first question does', async () => {
    await using scene = await Scene.set([]);
    scene.toy.beforeAnswer = () => {
      throw new Failure('BUSY', 'another time');
    };
    const follow = scene.stream(':').follow(new AbortController().signal);
    assert.equal(await failureCode(follow), 'BUSY');
  });
});

it('a sample is newer than those before it, and after the clock was set back', () => {
  const sample = sampleOf('a', 100_000_000);
  assert.ok(isNewer(sample, undefined));
  assert.ok(isNewer(sample, sampleOf('a', 99_999_999)));
  assert.ok(!isNewer(sample, sample));
  assert.ok(!isNewer(sample, sampleOf('a', 100_030_000)));
  assert.ok(isNewer(sample, sampleOf('a', 103_600_000)));
});

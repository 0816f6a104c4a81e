import { deferred, type Deferred } from '@albatross/shared/bus/deferred';
import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Images } from '../blobs/images.ts';
import { Bench } from '../testing/bench.ts';
import { OLD, OLD_CONFIG, on, WAYS, type Options } from '../testing/replacements.ts';

const hello = parseUnikernelName('hello');

/** Takes images in when a test lets it. */
class SlowImages extends Images {
  static gate: Promise<void> = Promise.resolve();
  static waiting = 0;

  override async adopt(file: string, digest: string): Promise<void> {
    SlowImages.waiting += 1;
    await SlowImages.gate;
    await super.adopt(file, digest);
  }
}

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  SlowImages.gate = Promise.resolve();
  SlowImages.waiting = 0;
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({ host, images: (state) => new SlowImages(state) });
  for (const block of ['one', 'two']) await bench.createBlock(block);
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function createOld(options: Options = {}): Promise<void> {
  await bench.create('hello', { image: OLD, ...OLD_CONFIG, ...options });
}

for (const way of WAYS) {
  describe(`while ${way.title} is under way`, () => {
    it('what the old one and the new one take is reserved', async () => {
      await createOld({ memoryMib: 60 });
      const gate = holdStart();
      const replacing = way.replace(bench, { memoryMib: 10 });
      await eventually('it is being started', () => host.starts.length === 2);
      await assertRefusedNow(41);
      gate.resolve();
      await replacing;
      await bench.create('after', { memoryMib: 90 });
    });

    it('it is also when the new one takes more', async () => {
      await createOld({ memoryMib: 10 });
      const gate = holdStart();
      const replacing = way.replace(bench, { memoryMib: 60 });
      await eventually('it is being started', () => host.starts.length === 2);
      await assertRefusedNow(41);
      gate.resolve();
      await replacing;
      assert.equal(await failureCode(bench.create('after', { memoryMib: 41 })), 'POLICY_EXCEEDED');
    });

    it('a destroy waits for it', async () => {
      await createOld();
      const gate = holdStart();
      const replacing = way.replace(bench);
      await eventually('it is being started', () => host.starts.length === 2);
      const destroying = bench.destroy('hello');
      gate.resolve();
      await replacing;
      await destroying;
      await bench.look();
      assert.deepEqual([bench.stateOf('hello'), host.running()], ['absent', []]);
      assert.deepEqual(await bench.imageFiles(), []);
      for (const block of ['one', 'two']) assert.equal(bench.userOf(block), null);
    });

    it('nothing of the old one is given away that is started again when this fails', async () => {
      await createOld({ memoryMib: 60 });
      const gate = holdStart();
      const replacing = way.replace(bench, { memoryMib: 10 });
      await eventually('it is being started', () => host.starts.length === 2);
      await bench.create('other', { memoryMib: 90 }).catch(() => undefined);
      host.startFailure = new Error('no');
      gate.resolve();
      await assert.rejects(replacing);
      host.startFailure = null;
      await eventually('it runs', () => bench.stateOf('hello') === 'running');
      assert.ok(host.runningMib() <= 100, `${host.runningMib()} MiB are in use`);
    });
  });
}

describe('the old one ends for good by itself, while its successor is got ready', () => {
  async function replaceAndEnd(): Promise<{ replacing: Promise<string>; gate: Deferred }> {
    await createOld({ memoryMib: 60 });
    const gate = deferred();
    SlowImages.gate = gate.promise;
    SlowImages.waiting = 0;
    const [{ replace }] = WAYS as readonly [(typeof WAYS)[number]];
    const replacing = replace(bench, { memoryMib: 60 }).then(
      () => 'done',
      (error: unknown) => String(error),
    );
    await eventually('its image is being taken', () => SlowImages.waiting === 1);
    host.end(hello, { kind: 'status', status: 0 });
    await bench.settled();
    SlowImages.gate = Promise.resolve();
    return { replacing, gate };
  }

  it('and the new one is started all the same', async () => {
    const { replacing, gate } = await replaceAndEnd();
    gate.resolve();
    assert.equal(await replacing, 'done');
    assert.deepEqual(host.running(), ['hello']);
    assert.equal(bench.userOf('two'), 'hello');
  });

  it('and nothing that either takes is given away', async () => {
    const { replacing, gate } = await replaceAndEnd();
    await assertRefusedNow(41);
    gate.resolve();
    assert.equal(await replacing, 'done');
    assert.ok(host.runningMib() <= 100);
  });
});

function holdStart(): Deferred {
  const gate = deferred();
  const start = host.startLife.bind(host);
  host.startLife = async (plan) => {
    host.startGate = plan.config.name === hello ? gate.promise : Promise.resolve();
    return await start(plan);
  };
  return gate;
}

async function assertRefusedNow(memoryMib: number): Promise<void> {
  assert.equal(await failureCode(bench.create('other', { memoryMib })), 'POLICY_EXCEEDED');
  for (const device of ['one', 'two']) {
    const other = bench.create('other', {
      image: OLD,
      ...OLD_CONFIG,
      memoryMib: 1,
      blocks: on(device),
    });
    assert.equal(await failureCode(other), 'BLOCK_IN_USE', device);
  }
}

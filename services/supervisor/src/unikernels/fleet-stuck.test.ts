import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { ALWAYS, Bench, digestOf, imageOf } from '../testing/bench.ts';
import { untilGivenUp } from '../testing/stuck-tender.ts';

const hello = parseUnikernelName('hello');

const DEVICES = [{ name: 'data', kind: 'block' }] as const;
const [image, nextImage] = [imageOf(1, DEVICES), imageOf(2, DEVICES)];
const blocks = [{ name: 'data', device: 'data', sectorBytes: null }];

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({ host });
  await bench.createBlock('data');
  await bench.create('hello', { image, blocks, memoryMib: 60, restart: ALWAYS });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function givenUp(work: () => Promise<unknown>): Promise<void> {
  assert.equal(await untilGivenUp(host, work), 'TENDER_STUCK');
}

/** At last; then everybody who has something to do does it. */
async function endsAtLast(): Promise<void> {
  host.deafTo = new Set();
  host.end(hello, { kind: 'signal', signal: 9 });
  for (let times = 0; times < 10; times += 1) {
    await bench.look();
    await moment();
  }
  await eventually('it stands', () => !['starting', 'stopping'].includes(bench.stateOf('hello')));
}

async function moment(): Promise<void> {
  for (let n = 0; n < 50; n += 1) await new Promise(setImmediate);
  await bench.storedAs('hello');
}

/** Its tender runs still, so nobody else may have anything of it. */
async function assertHeld(): Promise<void> {
  assert.deepEqual(host.running(), ['hello']);
  assert.equal(await failureCode(bench.create('hello', { image })), 'DEVICES_MISMATCH');
  const same = await failureCode(bench.create('hello', { image, blocks }));
  assert.ok(same === 'UNIKERNEL_EXISTS' || same === 'TENDER_STUCK', same);
  assert.equal(await failureCode(bench.create('other', { memoryMib: 41 })), 'POLICY_EXCEEDED');
  const other = bench.create('other', { image, blocks, memoryMib: 1 });
  assert.equal(await failureCode(other), 'BLOCK_IN_USE');
  assert.deepEqual(await bench.imageFiles(), [digestOf(image)]);
}

async function assertNothingLeft(): Promise<void> {
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['absent', []]);
  assert.equal(await bench.storedAs('hello'), 'gone');
  assert.deepEqual(await bench.imageFiles(), []);
  assert.equal(bench.userOf('data'), null);
  await bench.create('other', { image, blocks, memoryMib: 100 });
  assert.equal(host.starts.at(-1)?.uid, 700_000);
  await bench.destroy('other');
  await bench.restart();
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['absent', []]);
}

async function assertRests(): Promise<void> {
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['stopped', []]);
  assert.equal(await bench.storedAs('hello'), 'stop');
  assert.equal(bench.userOf('data'), 'hello');
  await bench.restart();
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['stopped', []]);
}

describe('a destroy that gives up', () => {
  beforeEach(async () => await givenUp(async () => await bench.destroy('hello')));

  it('frees nothing before the tender ends, and everything then', async () => {
    await assertHeld();
    await endsAtLast();
    await assertNothingLeft();
  });

  it('is ended by the next supervisor', async () => {
    await bench.restart();
    host.deafTo = new Set();
    await bench.look();
    await endsAtLast().catch(() => undefined);
    await assertNothingLeft();
  });

  it('may be asked for again, which waits for the same end', async () => {
    const again = bench.destroy('hello');
    await endsAtLast();
    await again;
    await assertNothingLeft();
  });

  let blob = '';
  beforeEach(async () => {
    blob = await bench.upload('hello', nextImage);
  });
  const others: Readonly<Record<string, () => Promise<unknown>>> = {
    stop: async () => await bench.stop('hello'),
    start: async () => await bench.startOne('hello'),
    restart: async () => await bench.restartOne('hello'),
    'restart with changes': async () => await bench.restartOne('hello', { blocks, memoryMib: 30 }),
    'create with force': async () => {
      return await bench.createFrom(blob, 'hello', { blocks, force: true });
    },
  };
  for (const [title, other] of Object.entries(others)) {
    it(`is not undone by a ${title} that comes before the end`, async () => {
      let answer = '';
      void other().then(
        () => (answer = 'done'),
        (error: unknown) => (answer = String(error)),
      );
      for (let times = 0; times < 100 && answer === ''; times += 1) await moment();
      await endsAtLast();
      await eventually('it is answered', () => answer !== '');
      assert.notEqual(answer, 'done');
      await assertNothingLeft();
    });
  }
});

describe('a stop that gives up', () => {
  beforeEach(async () => await givenUp(async () => await bench.stop('hello')));

  it('frees nothing, and holds when the tender ends', async () => {
    await assertHeld();
    await endsAtLast();
    await assertRests();
  });

  it('holds for the next supervisor too', async () => {
    await bench.restart();
    await endsAtLast();
    await assertRests();
  });

  it('keeps a start waiting as long as that runs', async () => {
    const starting = bench.startOne('hello');
    await moment();
    assert.deepEqual([bench.stateOf('hello'), host.starts.length], ['stopping', 1]);
    await endsAtLast();
    assert.equal((await starting).state, 'running');
  });

  it('may be followed by a destroy', async () => {
    const destroying = bench.destroy('hello');
    await endsAtLast();
    await destroying;
    await assertNothingLeft();
  });
});

const replacements: Readonly<Record<string, () => Promise<unknown>>> = {
  restart: async () => await bench.restartOne('hello'),
  'restart with changes': async () => await bench.restartOne('hello', { blocks, memoryMib: 30 }),
  'create with force': async () => {
    return await bench.create('hello', { image: nextImage, blocks, force: true });
  },
};
for (const [title, replacement] of Object.entries(replacements)) {
  describe(`a ${title} that gives up`, () => {
    beforeEach(async () => await givenUp(replacement));

    it('frees nothing, and the old one is started again when its tender ends', async () => {
      await assertHeld();
      await endsAtLast();
      assert.deepEqual([bench.stateOf('hello'), host.running()], ['running', ['hello']]);
      assert.deepEqual(host.starts.at(-1)?.config, host.starts[0]?.config);
      await assertHeld();
      assert.equal(await bench.storedAs('hello'), 'run');
    });

    it('does not start it again once a stop was asked for', async () => {
      const stopping = bench.stop('hello');
      await moment();
      await endsAtLast();
      await stopping;
      await assertRests();
    });

    it('does not start it again once a destroy was asked for', async () => {
      const destroying = bench.destroy('hello');
      await moment();
      await endsAtLast();
      await destroying;
      await assertNothingLeft();
    });
  });
}

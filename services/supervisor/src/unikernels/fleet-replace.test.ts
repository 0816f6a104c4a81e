import { eventually, failureCode } from '@albatross/shared/bus/testing/asserts';
import { Failure } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { ALWAYS, Bench, digestOf, imageOf } from '../testing/bench.ts';
import { OLD, OLD_CONFIG, on, WAYS, type Options, type Way } from '../testing/replacements.ts';

const hello = parseUnikernelName('hello');

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 100, tenderUids: { first: 700_000, count: 3 } });
  bench = await Bench.start({ host });
  for (const block of ['one', 'two']) await bench.createBlock(block);
});
afterEach(async () => {
  host.startFailure = null;
  await bench[Symbol.asyncDispose]();
});

async function createOld(options: Options = {}): Promise<void> {
  await bench.create('hello', { image: OLD, ...OLD_CONFIG, ...options });
}

const show = () => bench.parts.inventory.show(hello);
const userOf = () => [bench.userOf('one'), bench.userOf('two')];

async function assertIsOld(state: string): Promise<void> {
  await bench.look();
  assert.equal(bench.stateOf('hello'), state);
  assert.deepEqual(show().arguments, ['old']);
  assert.deepEqual(host.running(), state === 'running' ? ['hello'] : []);
  assert.deepEqual(await bench.imageFiles(), [digestOf(OLD)]);
  assert.deepEqual(await bench.blobFiles(), []);
  assert.deepEqual(userOf(), ['hello', null]);
  assert.equal(await failureCode(bench.create('other', { memoryMib: 71 })), 'POLICY_EXCEEDED');
  await bench.create('other', { image: imageOf(3), memoryMib: 70 });
  await bench.destroy('other');
}

async function assertIsNew({ newImage }: Way): Promise<void> {
  await bench.look();
  assert.deepEqual([bench.stateOf('hello'), host.running()], ['running', ['hello']]);
  assert.deepEqual(show().arguments, ['new']);
  assert.deepEqual(await bench.imageFiles(), [digestOf(newImage)]);
  assert.deepEqual(await bench.blobFiles(), []);
  assert.deepEqual(userOf(), [null, 'hello']);
  assert.equal(host.taps().length, 1);
  const uids = host.starts.flatMap(({ config, uid }) => (config.name === hello ? [uid] : []));
  assert.deepEqual(new Set(uids), new Set([700_000]));
  assert.equal(await failureCode(bench.create('other', { memoryMib: 61 })), 'POLICY_EXCEEDED');
  await bench.create('other', { image: imageOf(3), memoryMib: 60 });
  await bench.destroy('other');
}

/** What can be wrong with the new one, and what is answered. */
const FAULTS: readonly (readonly [string, Options, (() => void) | null])[] = [
  ['POLICY_EXCEEDED', { memoryMib: 101 }, null],
  ['POLICY_EXCEEDED', { cpus: [7] }, null],
  ['BRIDGE_NOT_FOUND', { nets: [{ name: 'net', bridge: 'nowhere', mac: null }] }, null],
  ['DEVICES_MISMATCH', { nets: [] }, null],
  ['BLOCK_NOT_FOUND', { blocks: on('three') }, null],
  ['HYPERVISOR_UNSUPPORTED', { vcpus: 2 }, null],
  [
    'TENDER_NOT_FOUND',
    {},
    () => {
      host.findTender = async () => {
        throw new Failure('TENDER_NOT_FOUND', 'it was removed');
      };
    },
  ],
];

for (const way of WAYS) {
  describe(way.title, () => {
    it('ends the old one and starts the new one in its place', async () => {
      await createOld();
      await way.replace(bench);
      assert.deepEqual(host.signals, [{ unikernel: 'hello', signal: 'SIGTERM' }]);
      await assertIsNew(way);
      await bench.restart();
      await assertIsNew(way);
      assert.equal(host.starts.filter(({ config }) => config.name === hello).length, 2);
    });

    for (const [code, options, prepare] of FAULTS) {
      const shown = Object.keys(options).join();
      it(`is refused with ${code} (${shown}) before the old one is ended`, async () => {
        await createOld();
        const before = show();
        const findTender = host.findTender.bind(host);
        prepare?.();
        assert.equal(await failureCode(way.replace(bench, options)), code);
        Object.assign(host, { findTender });
        assert.deepEqual([show(), host.signals], [before, []]);
        await assertIsOld('running');
      });
    }

    it('is refused before the old one is ended when another has the block device', async () => {
      await createOld();
      await bench.create('other', { image: OLD, ...OLD_CONFIG, blocks: on('two'), memoryMib: 1 });
      assert.equal(await failureCode(way.replace(bench)), 'BLOCK_IN_USE');
      assert.deepEqual([host.signals, userOf()], [[], ['hello', 'other']]);
      await bench.destroy('other');
      host.signals.length = 0;
      await assertIsOld('running');
    });

    it('whose new one does not start has the old one started again', async () => {
      await createOld({ restart: ALWAYS });
      const start = host.startLife.bind(host);
      host.startLife = async (plan) => {
        if (plan.config.arguments[0] === 'new') throw new Error('no');
        return await start(plan);
      };
      const before = show();
      await assert.rejects(way.replace(bench), { message: 'no' });
      const { pid, startedAt, restarts, lastExit, pastLives, nets } = show();
      // It is another life of it.
      const other = { pid, startedAt, restarts, lastExit, pastLives, nets };
      assert.deepEqual(show(), { ...before, ...other });
      assert.notEqual(pid, before.pid);
      await assertIsOld('running');
      assert.ok(!bench.told('hello').includes('restarted'));
      assert.equal(bench.told('hello').filter((type) => type === 'created').length, 1);
      await bench.restart();
      await assertIsOld('running');
    });

    it('whose new one does not start, and the old one not again either, has it tried later', async () => {
      await createOld();
      host.startFailure = new Error('no');
      await assert.rejects(way.replace(bench), { message: 'no' });
      await eventually('it says why', () => show().why === 'no');
      assert.deepEqual(userOf(), ['hello', null]);
      host.startFailure = null;
      await eventually('it runs', () => bench.stateOf('hello') === 'running');
      await assertIsOld('running');
    });

    it('starts what was stopped; when that fails it stays stopped', async () => {
      await createOld();
      await bench.stop('hello');
      host.startFailure = new Error('no');
      await assert.rejects(way.replace(bench, {}, 'request-0'), { message: 'no' });
      host.startFailure = null;
      await assertIsOld('stopped');
      assert.equal(await bench.storedAs('hello'), 'stop');
      await way.replace(bench);
      await assertIsNew(way);
    });

    it('does not wait for what has its next try later', async () => {
      host.now = () => Date.now() + 3_600_000;
      await createOld({ restart: ALWAYS });
      host.end(hello, { kind: 'status', status: 2 });
      await bench.settled();
      host.now = Date.now;
      const { config } = bench.parts.inventory.get(hello);
      assert.equal(bench.stateOf('hello'), 'backing-off');
      await way.replace(bench);
      await assertIsNew(way);
      assert.equal(config.digest, digestOf(OLD));
    });

    it('of what has ended starts it anew; when that fails it holds nothing', async () => {
      await createOld();
      host.end(hello, { kind: 'status', status: 0 });
      await bench.settled();
      host.startFailure = new Error('no');
      await assert.rejects(way.replace(bench, {}, 'request-0'), { message: 'no' });
      host.startFailure = null;
      assert.deepEqual([bench.stateOf('hello'), userOf()], ['exited', [null, null]]);
      assert.deepEqual([show().arguments, await bench.imageFiles()], [['old'], [digestOf(OLD)]]);
      await way.replace(bench);
      await assertIsNew(way);
    });
  });
}

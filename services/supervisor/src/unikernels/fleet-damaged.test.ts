import { failureCode } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeHost } from '../host/fake-host.ts';
import { Bench, digestOf, imageOf } from '../testing/bench.ts';
import { untilGivenUp } from '../testing/stuck-tender.ts';

const IMAGE = imageOf(1, [{ name: 'data', kind: 'block' }]);
const on = (device: string) => [{ name: 'data', device, sectorBytes: null }];

let host: FakeHost;
let bench: Bench;
beforeEach(async () => {
  host = new FakeHost({ memoryMib: 1000, tenderUids: { first: 700_000, count: 5 } });
  bench = await Bench.start({ host });
  for (const block of ['one', 'two']) await bench.createBlock(block);
  await bench.create('bad', { image: IMAGE, blocks: on('one') });
  await bench.create('good', { image: imageOf(2) });
});
afterEach(async () => await bench[Symbol.asyncDispose]());

async function damage(content = '{'): Promise<void> {
  await writeFile(join(bench.state, 'unikernels', ':bad', 'config'), content);
}

describe('a record that cannot be read', () => {
  for (const content of ['', '{', 'null', '{"version":1}', '{"version":0}', '\0'.repeat(4096)]) {
    it(`as ${JSON.stringify(content.slice(0, 20))} is put aside, told, and keeps no other from anything`, async () => {
      await damage(content);
      await bench.restart();
      assert.deepEqual([bench.stateOf('bad'), bench.stateOf('good')], ['absent', 'running']);
      const folder = join(bench.state, 'unikernels', ':bad');
      assert.deepEqual(await readdir(folder), ['config.damaged']);
      assert.equal(bench.logged.filter((line) => line.startsWith('error damaged')).length, 1);
      await bench.stop('good');
      await bench.create('other', { image: IMAGE, blocks: on('two') });
      await assert.rejects(bench.create('bad'), {
        code: 'UNIKERNEL_EXISTS',
        message: /the record of bad is damaged.*destroy it first/,
      });
    });
  }

  it('that a newer version wrote is not touched, and the supervisor does not start', async () => {
    const content = '{"version":2,"what":"is new"}';
    await damage(content);
    await assert.rejects(bench.restart(), /written by a newer one/);
    await damage('{');
    await bench.restart();
  });
});

describe('what runs under a record that cannot be read', () => {
  beforeEach(async () => {
    await damage();
    await bench.restart();
  });

  async function assertLeftAlone(): Promise<void> {
    await bench.look();
    assert.deepEqual([...host.running()].toSorted(), ['bad', 'good']);
    assert.deepEqual(host.signals, []);
    assert.ok((await bench.imageFiles()).includes(digestOf(IMAGE)));
  }

  it('runs on, with its image', async () => {
    await assertLeftAlone();
    await bench.restart();
    await assertLeftAlone();
  });

  it('shares its user with nobody', async () => {
    for (const name of ['a', 'b']) await bench.create(name, { memoryMib: 1 });
    const uids = host.starts.map(({ uid }) => uid);
    assert.equal(new Set(uids).size, uids.length, uids.join(' '));
  });

  it('shares its block devices with nobody', async () => {
    const other = bench.create('other', { image: IMAGE, blocks: on('one') });
    assert.equal(await failureCode(other), 'BLOCK_IN_USE');
    await assertLeftAlone();
  });

  it('is ended by a destroy, which is done once, and then everything of it is free', async () => {
    await bench.destroy('bad', 'request-1');
    assert.deepEqual(host.running(), ['good']);
    await bench.destroy('bad', 'request-1');
    assert.equal(await failureCode(bench.destroy('bad')), 'UNIKERNEL_NOT_FOUND');
    await bench.create('bad', { image: IMAGE, blocks: on('one') });
    await bench.destroy('bad');
    await bench.restart();
    assert.equal(bench.stateOf('bad'), 'absent');
    assert.deepEqual(await bench.imageFiles(), [digestOf(imageOf(2))]);
  });

  it('is answered again by the next supervisor that it was destroyed', async () => {
    await bench.destroy('bad', 'request-1');
    await bench.restart();
    await bench.destroy('bad', 'request-1');
  });

  it('is left alone by a destroy that the disk does not take', async () => {
    const { store } = bench.parts;
    const failing = async (): Promise<never> => {
      throw Object.assign(new Error('broken'), { code: 'EIO' });
    };
    Object.assign(store, { write: failing, remove: failing });
    await assert.rejects(bench.destroy('bad'));
    for (const method of ['write', 'remove']) Reflect.deleteProperty(store, method);
    await assertLeftAlone();
    assert.equal(await failureCode(bench.create('bad')), 'UNIKERNEL_EXISTS');
    await bench.destroy('bad');
    assert.deepEqual(host.running(), ['good']);
  });

  it('shares nothing either while it does not end', async () => {
    const destroying = async () => await bench.destroy('bad');
    assert.equal(await untilGivenUp(host, destroying), 'TENDER_STUCK');
    const other = bench.create('other', { image: IMAGE, blocks: on('one') });
    const code = await failureCode(other);
    assert.ok(code === 'BLOCK_IN_USE' || code === 'TENDER_STUCK', code);
    host.deafTo = new Set();
    await bench.look();
    await bench.look();
    await bench.create('other', { image: IMAGE, blocks: on('one') });
  });
});

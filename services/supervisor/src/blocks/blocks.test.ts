import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { BLOCKS_PER_PAGE_MAX } from '@albatross/shared/contracts/block';
import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import { parseName, parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MIB } from '../testing/blob-bench.ts';
import { BlockBench, filled } from '../testing/block-bench.ts';

const text = Buffer.from('what is on the device');

let bench: BlockBench;
beforeEach(async () => {
  bench = await BlockBench.start();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  assert.deepEqual(bench.defects, []);
});

async function refuses(code: FailureCode, promise: Promise<unknown>): Promise<void> {
  assert.equal(await failureCode(promise), code);
}

describe('creating a block device', () => {
  it('makes a sparse file of zeros for nobody else to read', async () => {
    await bench.create('foo:data', 100);
    const { size, blocks, mode } = await stat(join(bench.folder, 'foo:data'));
    assert.equal(size, 100 * MIB);
    assert.ok(blocks * 512 < MIB);
    assert.equal(mode & 0o777, 0o600);
    assert.equal((await stat(bench.folder)).mode & 0o777, 0o700);
    const entry = { name: 'foo:data', sizeMib: 100, usedBy: null, fault: null };
    assert.deepEqual(bench.list(), [entry]);
    const [event] = bench.events;
    assert.deepEqual(
      [event?.type, event?.name, event?.actor],
      ['block-created', 'foo:data', 'admin'],
    );
  });

  it('stays in its folder, whatever the label', async () => {
    for (const name of ['..', '.', 'a:..', '..:b', '_index.json'.slice(1)])
      await bench.create(name);
    assert.deepEqual(await bench.files(), ['..:b', ':.', ':..', ':index.json', 'a:..'].toSorted());
  });

  it('is refused when there is one, also while that is being made', async () => {
    const both = await Promise.allSettled([bench.create('data'), bench.create('data')]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    await refuses('BLOCK_EXISTS', bench.create('data', 2));
    assert.equal((await stat(join(bench.folder, ':data'))).size, MIB);
  });

  it('is refused when a policy is against it, and leaves nothing behind', async () => {
    bench.admit = () => {
      throw new Failure('POLICY_EXCEEDED', 'no');
    };
    await refuses('POLICY_EXCEEDED', bench.create('data'));
    assert.deepEqual(bench.blocks.shares(), []);
    assert.deepEqual(await bench.files(), []);
  });

  it('counts from when it is admitted, so that many at a time cannot overshoot', async () => {
    bench.admit = ({ sizeMib }) => {
      const used = bench.blocks.shares().reduce((sum, one) => sum + one.sizeMib, 0);
      if (used + sizeMib > 10) throw new Failure('POLICY_EXCEEDED', 'no');
    };
    const asked = Array.from({ length: 8 }, async (_, n) => await bench.create(`data-${n}`, 3));
    const outcomes = await Promise.allSettled(asked);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
    assert.deepEqual(bench.blocks.shares().length, 3);
    await bench.remove(bench.names()[0] ?? '');
    await bench.create('one-more', 3);
  });

  it('is refused when the file system has no files so large, and leaves nothing behind', async () => {
    await refuses('BLOCK_SIZE_INVALID', bench.create('data', 2 ** 33 - 1));
    assert.deepEqual(await bench.files(), []);
    assert.deepEqual(bench.blocks.shares(), []);
    await bench.create('data');
  });

  it('does not overwrite a file that somebody put there', async () => {
    await writeFile(join(bench.folder, ':data'), text);
    await refuses('BLOCK_EXISTS', bench.create('data'));
    assert.deepEqual(await bench.content(':data'), text);
    assert.deepEqual(await bench.files(), [':data']);
  });
});

describe('removing a block device', () => {
  it('removes its file and frees its share', async () => {
    await bench.create('data');
    await bench.remove('data');
    assert.deepEqual(await bench.files(), []);
    assert.deepEqual(bench.blocks.shares(), []);
    await refuses('BLOCK_NOT_FOUND', bench.remove('data'));
    assert.deepEqual(
      bench.events.map(({ type }) => type),
      ['block-created', 'block-removed'],
    );
  });

  it('is refused while a unikernel uses it', async () => {
    await bench.create('data');
    bench.claim('web', 'data');
    await refuses('BLOCK_IN_USE', bench.remove('data'));
    bench.blocks.release(parseUnikernelName('web'));
    await bench.remove('data');
  });
});

describe('a request that is repeated', () => {
  it('is answered as before, also after a restart, and happens once', async () => {
    const [make, put, drop] = ['request-make', 'request-set0', 'request-drop'];
    await bench.create('data', 1, make);
    const blob = await bench.upload('data', text);
    await bench.setFrom(blob, 'data', { id: put });
    for (const _ of ['before', 'after a restart']) {
      await bench.create('data', 1, make);
      await bench.setFrom(blob, 'data', { id: put });
      await refuses('ID_REUSED', bench.create('data', 2, make));
      await bench.restart();
    }
    assert.deepEqual(await bench.content(':data'), filled(text));
    await bench.remove('data', drop);
    await bench.restart();
    await bench.remove('data', drop);
    assert.equal(bench.events.length, 3);
  });

  it('is remembered only for a while', async () => {
    await bench.create('data', 1, 'request-make');
    bench.aheadMs = 11 * 60_000;
    await bench.create('other');
    await bench.restart();
    await refuses('BLOCK_EXISTS', bench.create('data', 1, 'request-make'));
    assert.ok(
      !(await readFile(join(bench.folder, '_index.json'), 'utf8')).includes('request-make'),
    );
  });
});

describe('a list of block devices', () => {
  const list = (name: string) => bench.blocks.list({ name: parseName(name) });

  it('has whole names, at and below a path, and who uses them', async () => {
    for (const name of ['data', 'foo:data', 'foo:bar:data', 'foobar:data'])
      await bench.create(name);
    bench.claim('foo:web', 'data');
    const names = list('foo:').blocks.map(({ name, usedBy }) => [name, usedBy]);
    assert.deepEqual(names, [
      ['foo:bar:data', null],
      ['foo:data', 'foo:web'],
    ]);
    assert.deepEqual(list('foo:data').blocks.length, 1);
    assert.deepEqual(list('foo').blocks, []);
    assert.equal(list(':').blocks.length, 4);
  });

  it('comes page by page', async () => {
    for (let n = 0; n < BLOCKS_PER_PAGE_MAX + 1; n += 1)
      await writeFile(join(bench.folder, `:data-${n}`), Buffer.alloc(MIB));
    await bench.restart();
    const first = list(':');
    assert.equal(first.blocks.length, BLOCKS_PER_PAGE_MAX);
    assert.equal(first.next, first.blocks.at(-1)?.name);
    const rest = bench.blocks.list({ name: parseName(':'), after: first.next ?? undefined });
    assert.deepEqual([rest.blocks.length, rest.next], [1, null]);
  });
});

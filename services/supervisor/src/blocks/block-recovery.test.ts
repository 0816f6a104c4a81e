import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MIB } from '../testing/blob-bench.ts';
import { BlockBench, deviceOf, filled } from '../testing/block-bench.ts';

const text = Buffer.from('what is on the device');
const web = parseUnikernelName('web');

let bench: BlockBench;
beforeEach(async () => {
  bench = await BlockBench.start();
});
afterEach(async () => await bench[Symbol.asyncDispose]());

const at = (file: string): string => join(bench.folder, file);
const told = (): string => bench.defects.map(String).join('\n');
const faultOf = (name: string): string | null | undefined =>
  bench.list().find((one) => one.name === name)?.fault;

describe('files that somebody copied in from the original', () => {
  it('become block devices at the next start, with what is on them', async () => {
    await writeFile(at(':data'), filled(text, 3), { mode: 0o644 });
    await writeFile(at('foo:bar:db'), filled(text));
    await chmod(bench.folder, 0o755);
    await bench.restart();
    assert.deepEqual(bench.blocks.shares(), [
      { name: 'data', sizeMib: 3 },
      { name: 'foo:bar:db', sizeMib: 1 },
    ]);
    assert.equal((await stat(at(':data'))).mode & 0o777, 0o600);
    assert.equal((await stat(bench.folder)).mode & 0o777, 0o700);
    bench.claim('web', 'data');
    await bench.set('foo:bar:db', Buffer.of());
    await bench.restart();
    assert.deepEqual(bench.names(), ['data', 'foo:bar:db']);
    assert.deepEqual(await bench.content(':data'), filled(text, 3));
    assert.equal(told(), '');
  });

  it('are left alone when they are no block devices, and that is told', async () => {
    const strays = [':empty', ':odd', 'a path:', 'foo:', ':UPPER', 'nocolon', ':folder', ':link'];
    for (const stray of strays.slice(0, 6)) await writeFile(at(stray), filled(text));
    await truncate(at(':empty'), 0);
    await truncate(at(':odd'), MIB + 1);
    await mkdir(at(':folder'));
    await symlink('/dev/zero', at(':link'));
    await bench.restart();
    assert.deepEqual(bench.names(), []);
    assert.deepEqual(await bench.files(), strays.toSorted());
    for (const stray of strays) assert.ok(told().includes(stray), stray);
  });
});

describe('a registered block device', () => {
  beforeEach(async () => {
    await bench.create('data');
    await bench.set('data', text);
  });

  const damages: readonly (readonly [string, () => Promise<void>])[] = [
    ['is missing', async () => await rm(at(':data'))],
    ['has another size', async () => await truncate(at(':data'), 2 * MIB)],
  ];
  for (const [what, damage] of damages)
    it(`whose file ${what} is told and cannot be used, and is not made anew`, async () => {
      await damage();
      await bench.restart();
      assert.match(told(), /data cannot be used/);
      assert.ok(faultOf('data')?.includes(':data'));
      assert.throws(() => bench.claim('web', 'data'), { code: 'BLOCK_NOT_FOUND' });
      assert.equal(await failureCode(bench.dump('data')), 'BLOCK_NOT_FOUND');
      assert.equal(await failureCode(bench.create('data')), 'BLOCK_EXISTS');
      assert.equal(bench.blocks.shares().length, 1);
      await writeFile(at(':data'), filled(text));
      await bench.restart();
      assert.equal(faultOf('data'), null);
    });

  it('that cannot be used can be removed', async () => {
    await rm(at(':data'));
    await bench.restart();
    await bench.remove('data');
    await bench.create('data');
  });

  it('stays with whoever may still run with it, whatever became of its file', async () => {
    await bench.create('more');
    await rm(at(':data'));
    await bench.restart();
    const refused = bench.blocks.reclaim(web, ['data', 'more', 'never'].map(deviceOf));
    assert.equal(refused.length, 2);
    assert.throws(() => bench.claim('other', 'more'), { code: 'BLOCK_IN_USE' });
    assert.equal(bench.blocks.userOf(parseUnikernelName('data')), web);
    bench.blocks.keep(web, [deviceOf('more')]);
    assert.equal(bench.blocks.userOf(parseUnikernelName('data')), null);
  });
});

describe('a damaged index', () => {
  for (const [what, damaged] of [
    ['cut short', '{"version": 1, "dev'],
    ['empty', ''],
    ['of no version', JSON.stringify({ version: 0, devices: [], pending: [], outcomes: [] })],
    [
      'with a draft anywhere else',
      JSON.stringify({
        version: 1,
        devices: [],
        outcomes: [],
        pending: [{ kind: 'make', name: 'data', draft: '../../../etc/passwd' }],
      }),
    ],
  ] as const)
    it(`${what} is put aside and told, and what is there is found again`, async () => {
      await bench.create('data');
      await bench.set('data', text);
      await writeFile(at('_index.json'), damaged);
      await bench.restart();
      assert.match(told(), /_index\.json is damaged/);
      assert.equal(await readFile(at('_index.json.damaged'), 'utf8'), damaged);
      assert.deepEqual(bench.names(), ['data']);
      assert.deepEqual(await bench.content(':data'), filled(text));
      bench.defects.length = 0;
      await bench.restart();
      assert.equal(told(), '');
    });

  it('that a newer version wrote is no damaged one: nothing is touched', async () => {
    await bench.create('data');
    const newer = JSON.stringify({ version: 2, devices: 'of another kind' });
    await writeFile(at('_index.json'), newer);
    await assert.rejects(bench.restart(), { name: 'StartError', message: /is of version 2/ });
    assert.equal(await readFile(at('_index.json'), 'utf8'), newer);
    await writeFile(at('_index.json'), '');
    await bench.restart();
  });
});

describe('what a crash left', () => {
  const draft = `.new_${'0'.repeat(32)}`;
  async function index(devices: object[], pending: object[]): Promise<void> {
    const content = { version: 1, devices, pending, outcomes: [] };
    await writeFile(at('_index.json'), JSON.stringify(content));
  }

  it('in drafts nobody knows is removed', async () => {
    await writeFile(at(draft), text);
    await writeFile(at('.new__index.json'), text);
    await bench.restart();
    assert.deepEqual(await bench.files(), []);
  });

  it('of a device that was being made never replaces what somebody put there since', async () => {
    await index([{ name: 'data', sizeMib: 1 }], [{ kind: 'make', name: 'data', draft }]);
    await writeFile(at(draft), filled(Buffer.of()));
    await writeFile(at(':data'), filled(text));
    await bench.restart();
    assert.deepEqual(await bench.content(':data'), filled(text));
    assert.deepEqual(await bench.files(), [':data']);
    assert.equal(faultOf('data'), null);
  });

  it('of a device that was being made is made even without a draft', async () => {
    await index([{ name: 'data', sizeMib: 1 }], [{ kind: 'make', name: 'data', draft }]);
    await bench.restart();
    assert.deepEqual(await bench.content(':data'), filled(Buffer.of()));
    assert.equal(told(), '');
  });

  it('of new content is put in its place, once', async () => {
    await bench.create('data');
    await index([{ name: 'data', sizeMib: 1 }], [{ kind: 'replace', name: 'data', draft }]);
    await writeFile(at(draft), filled(text));
    await bench.restart();
    assert.deepEqual(await bench.content(':data'), filled(text));
    await bench.set('data', Buffer.of());
    await bench.restart();
    assert.deepEqual(await bench.content(':data'), filled(Buffer.of()));
  });

  it('of a removal is removed, and not taken for a file that was copied in', async () => {
    await writeFile(at(':data'), filled(text));
    await index([], [{ kind: 'remove', name: 'data' }]);
    await bench.restart();
    assert.deepEqual(bench.names(), []);
    assert.deepEqual(await bench.files(), []);
  });

  it('and cannot be finished is told, and kept for the next start', async () => {
    // A folder that is not empty is in the way.
    await mkdir(join(at(':data'), 'inside'), { recursive: true });
    await writeFile(at(draft), filled(text));
    await index([{ name: 'data', sizeMib: 1 }], [{ kind: 'replace', name: 'data', draft }]);
    await bench.restart();
    assert.match(told(), /was not finished: data/);
    assert.notEqual(faultOf('data'), null);
    await rm(at(':data'), { recursive: true });
    await bench.restart();
    assert.equal(faultOf('data'), null);
    assert.deepEqual(await bench.content(':data'), filled(text));
  });
});

describe('devices of a unikernel', () => {
  it('are those of its own path, and no others', async () => {
    for (const name of ['data', 'foo:data', 'foo:bar:data']) await bench.create(name);
    bench.claim('foo:web', 'data');
    assert.equal(bench.blocks.userOf(parseUnikernelName('foo:data')), 'foo:web');
    assert.equal(bench.blocks.file(parseUnikernelName('foo:web'), 'data'), at('foo:data'));
    assert.equal(bench.blocks.sizeMib(parseUnikernelName('foo:web'), 'data'), 1);
    for (const label of ['bar:data', ':data', 'a:b', '', '../data', 'other'])
      assert.throws(() => bench.claim('foo:two', label), { code: 'BLOCK_NOT_FOUND' }, label);
    assert.equal(bench.blocks.userOf(parseUnikernelName('data')), null);
  });

  it('are all claimed or none', async () => {
    for (const name of ['a', 'b']) await bench.create(name);
    bench.claim('one', 'b');
    assert.throws(() => bench.claim('two', 'a', 'b'), { code: 'BLOCK_IN_USE' });
    assert.equal(bench.blocks.userOf(parseUnikernelName('a')), null);
  });

  it('may be ZFS volumes where that is allowed; those are used by one only, too', async () => {
    const volume = '/dev/zvol/tank/web';
    assert.throws(() => bench.claim('foo:web', volume), { code: 'ZVOL_DENIED' });
    bench.zvolPaths = [':', 'foo:'] as typeof bench.zvolPaths;
    await bench.restart();
    bench.claim('foo:web', volume);
    assert.throws(() => bench.claim('two', volume), { code: 'BLOCK_IN_USE' });
    assert.throws(() => bench.claim('two', '/dev/sda'), { code: 'ZVOL_DENIED' });
    assert.equal(bench.blocks.file(parseUnikernelName('foo:web'), volume), volume);
    assert.deepEqual(bench.names(), []);
    bench.blocks.release(parseUnikernelName('foo:web'));
    bench.claim('two', volume);
  });
});

import { parseUnikernelName } from '@albatross/shared/domain/name';
import { draftOf } from '@albatross/shared/runtime/write-file';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { unikernelIn, type StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from './store.ts';
import { goneRecord, runningRecord } from '../testing/stored-records.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';

const noSmallDisk = await TinyDisk.whyNot();

let state: string;
let store: Store;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-store-'));
  store = new Store(state);
  await store.prepare();
});
afterEach(async () => await rm(state, { recursive: true }));

const configOf = (folder: string): string => join(state, 'unikernels', folder, 'config');

async function readAll(from = store): Promise<{
  records: readonly StoredRecord[];
  damaged: readonly string[];
}> {
  const damaged: string[] = [];
  const { records } = await from.readAll((file) => damaged.push(file));
  return { records, damaged };
}

describe('a record', () => {
  const running = runningRecord('foo:hello', { arguments: ['a "b"', 'ü\n'], uid: 700_001 });
  const stored = unikernelIn(running);
  assert.ok(stored !== null);
  const pastLife = { life: 1, exit: { kind: 'signal', signal: 11 }, at: 5, lifetimeMs: 4 } as const;
  const ended: StoredRecord = {
    ...running,
    desire: { kind: 'ended', unikernel: { ...stored, failures: 2, pastLives: [pastLife] } },
  };

  const stopped: StoredRecord = { ...running, desire: { kind: 'stop', unikernel: stored } };
  const failed: StoredRecord = {
    ...running,
    desire: { kind: 'failed', unikernel: stored, why: 'too often' },
  };

  for (const record of [running, stopped, ended, failed, goneRecord('foo:hello')]) {
    it(`is read as it was written: ${record.desire.kind}`, async () => {
      await store.write(record);
      assert.deepEqual(await readAll(), { records: [record], damaged: [] });
    });
  }

  it('is replaced as a whole', async () => {
    await store.write(running);
    await store.write(ended);
    assert.deepEqual((await readAll()).records, [ended]);
    assert.deepEqual(await readdir(join(state, 'unikernels', 'foo:hello')), ['config']);
  });

  it('is for nobody else to read: arguments may be secrets', async () => {
    await store.write(running);
    assert.equal((await stat(configOf('foo:hello'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(state, 'unikernels'))).mode & 0o777, 0o700);
  });

  it('stays below its folder, whatever the label', async () => {
    for (const name of ['..', '.', 'a:..', '..:b']) await store.write(goneRecord(name));
    assert.deepEqual((await readdir(state)).toSorted(), ['unikernels']);
    assert.equal((await readAll()).records.length, 4);
  });

  it('has room for the longest name', async () => {
    const long = `${'a'.repeat(63)}:`.repeat(3) + 'b'.repeat(8);
    await store.write(goneRecord(long));
    assert.deepEqual((await readAll()).records, [goneRecord(long)]);
  });

  it('is gone after it was removed, and may be removed again', async () => {
    await store.write(running);
    await store.remove(running.name);
    await store.remove(running.name);
    assert.deepEqual(await readAll(), { records: [], damaged: [] });
  });

  it('ends up as the last of many changes says', async () => {
    await Promise.all([
      store.write(running),
      store.remove(running.name),
      store.write(ended),
      store.remove(running.name),
      store.write(goneRecord('foo:hello')),
    ]);
    assert.deepEqual((await readAll()).records, [goneRecord('foo:hello')]);
  });
});

describe('what a crash or a hand left in the folder', () => {
  const good = runningRecord('good');
  beforeEach(async () => await store.write(good));

  const damages: readonly [string, string][] = [
    ['cut short', '{"version": 1, "na'],
    ['empty', ''],
    ['of no version', JSON.stringify({ version: 0, ...runningRecord('bad') })],
    ['of another name', JSON.stringify({ version: 1, ...runningRecord('other') })],
    ['without a name', JSON.stringify({ version: 1, desire: { kind: 'gone' }, outcomes: [] })],
  ];
  for (const [what, text] of damages) {
    it(`a record ${what} is put aside, and the rest is read`, async () => {
      await mkdir(join(state, 'unikernels', ':bad'));
      await writeFile(configOf(':bad'), text);
      assert.deepEqual(await readAll(), { records: [good], damaged: [configOf(':bad')] });
      assert.equal(await readFile(`${configOf(':bad')}.damaged`, 'utf8'), text);
      assert.deepEqual(await readAll(), { records: [good], damaged: [] });
    });
  }

  it('of a damaged record the name is known, also the next time, until it is used again', async () => {
    const bad = parseUnikernelName('bad');
    await mkdir(join(state, 'unikernels', ':bad'));
    await writeFile(configOf(':bad'), 'no record');
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual((await store.readAll(() => undefined)).damaged, [bad]);
    }
    await store.remove(bad);
    assert.deepEqual((await store.readAll(() => undefined)).damaged, []);
  });

  it('a record that a newer version wrote stops everything, and stays where it is', async () => {
    const text = JSON.stringify({ version: 2, ...runningRecord('newer') });
    await mkdir(join(state, 'unikernels', ':newer'));
    await writeFile(configOf(':newer'), text);
    await assert.rejects(readAll(), { name: 'StartError', message: /version 2/ });
    assert.equal(await readFile(configOf(':newer'), 'utf8'), text);
  });

  it('a name whose record is damaged can be used again', async () => {
    await mkdir(join(state, 'unikernels', ':bad'));
    await writeFile(configOf(':bad'), 'no record');
    await readAll();
    await store.write(runningRecord('bad'));
    assert.equal((await readAll()).records.length, 2);
  });

  it('a folder without a record is removed, with a draft in it', async () => {
    await mkdir(join(state, 'unikernels', ':half'));
    await writeFile(draftOf(configOf(':half')), '{');
    await store.prepare();
    assert.deepEqual(await readAll(), { records: [good], damaged: [] });
    assert.deepEqual(await readdir(join(state, 'unikernels')), [':good']);
  });

  it('a draft beside a record changes nothing, and is removed at the next start', async () => {
    await writeFile(draftOf(configOf(':good')), '{');
    assert.deepEqual(await readAll(), { records: [good], damaged: [] });
    await store.prepare();
    assert.deepEqual(await readdir(join(state, 'unikernels', ':good')), ['config']);
  });

  it('a file where a folder should be does not stop the rest', async () => {
    await writeFile(join(state, 'unikernels', 'stray'), '');
    assert.deepEqual((await readAll()).records, [good]);
  });
});

it('a full disk keeps the old record, and takes no new one', { skip: noSmallDisk }, async (t) => {
  const disk = await TinyDisk.mount(t, 256);
  const full = new Store(disk.path);
  await full.prepare();
  const old = runningRecord('hello');
  await full.write(old);
  await disk.fill();
  const large = runningRecord('hello', { arguments: ['x'.repeat(16_384)] });
  await assert.rejects(full.write(large), { code: 'ENOSPC' });
  assert.deepEqual(await readAll(full), { records: [old], damaged: [] });
  assert.deepEqual(await readdir(join(disk.path, 'unikernels', ':hello')), ['config']);

  await full.remove(parseUnikernelName('hello'));
  assert.deepEqual(await readAll(full), { records: [], damaged: [] });
});

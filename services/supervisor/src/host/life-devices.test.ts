import type { Tap } from '@albatross/shared/domain/device';
import { lifeName, type Life } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeTaps } from '../testing/fake-taps.ts';
import { LifeFolders } from './life-folders.ts';
import { readBootId } from './process-standing.ts';

const unikernel = parseUnikernelName('foo:hello');
const life: Life = { unikernel, number: 3 };
const nets = [{ name: 'service', bridge: 'br0', mac: null }];
/** The line of a process that lives: us. */
const ALIVE = readFileSync('/proc/self/stat', 'utf8');
const stat = parseProcessStat(ALIVE);
assert.ok(stat !== null);
const { pid, startTicks } = stat;
const DEAD = ALIVE.replace(` ${startTicks} `, ` ${startTicks + 1} `);
const record = { pid, startTicks, bootId: readBootId(), uid: 700_001, startedAt: 5, taps: [] };
const dead = { ...record, startTicks: startTicks + 1 };

let folder: string;
let folders: LifeFolders;
let taps: FakeTaps;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-taps-'));
  taps = new FakeTaps();
  folders = new LifeFolders(join(folder, 'lives'), join(folder, 'exits'), taps);
  await folders.prepare();
});
afterEach(async () => await rm(folder, { recursive: true }));

const devicesOf = (planned: readonly Tap[]) => ({ uid: 1, taps: planned, blocks: [] });
const lives = async (): Promise<readonly string[]> => await readdir(join(folder, 'lives'));
const exits = async (): Promise<readonly string[]> => await readdir(join(folder, 'exits'));

async function recordedTaps() {
  const [only] = await folders.observe();
  return only?.record?.taps ?? [];
}

describe('the taps of a life', () => {
  async function buildWithTaps(of = record): Promise<void> {
    const planned = taps.plan(nets, unikernel);
    await folders.draft(life, devicesOf(planned));
    await taps.make(planned, { name: unikernel, uid: 1 });
    await folders.complete(life, { ...of, taps: planned });
  }

  it('are known from its record as long as that is there', async () => {
    await buildWithTaps();
    await folders.freeDevices(life);
    assert.equal((await recordedTaps()).length, 1);
  });

  it('are removed once, and not those that came later by the same names', async () => {
    await buildWithTaps();
    const again = new Map(taps.there);
    await folders.freeDevices(life);
    assert.equal(taps.there.size, 0);
    for (const [name, tap] of again) taps.there.set(name, tap);
    await folders.freeDevices(life);
    await folders.remove(life);
    assert.equal(taps.there.size, 1);
  });

  it('are removed with its traces', async () => {
    await buildWithTaps();
    await folders.remove(life);
    assert.deepEqual([taps.there.size, await lives()], [0, []]);
  });

  it('keep its traces until they can be removed', async () => {
    await buildWithTaps();
    await writeFile(folders.exitFile(life), '0 \n');
    taps.removeFailure = new Error('no ip');
    await assert.rejects(folders.freeDevices(life), { message: 'no ip' });
    await assert.rejects(folders.remove(life), { message: 'no ip' });
    assert.deepEqual([await lives(), await exits()], [[lifeName(life)], [lifeName(life)]]);
    taps.removeFailure = null;
    await folders.remove(life);
    assert.deepEqual([taps.there.size, await lives(), await exits()], [0, [], []]);
  });

  it('are none when the list of them was not written to its end', async () => {
    await writeFile(join(await folders.draft(life), 'devices'), '{"uid":1,"taps":[{');
    await folders.remove(life);
    assert.deepEqual(await lives(), []);
  });

  const mended: readonly [string, () => Promise<void>, number][] = [
    ['stay with one that runs', async () => await buildWithTaps(), 1],
    ['are taken from one that is dead', async () => await buildWithTaps(dead), 0],
    [
      'are taken from one of another boot',
      async () => await buildWithTaps({ ...record, bootId: 'another' }),
      0,
    ],
  ];
  for (const [what, build, left] of mended) {
    it(`${what} when a supervisor starts`, async () => {
      await build();
      await folders.mend(() => 0, assert.fail);
      assert.equal(taps.there.size, left);
    });
  }

  const drafts: readonly [string, string | null, number][] = [
    ['are taken from a draft without a tender', null, 0],
    ['are taken from a draft whose tender is dead', DEAD, 0],
    ['stay with a draft whose tender runs, and are in its record', ALIVE, 1],
  ];
  for (const [what, tender, left] of drafts) {
    it(`${what} when a supervisor starts`, async () => {
      const planned = taps.plan(nets, unikernel);
      const draft = await folders.draft(life, devicesOf(planned));
      await taps.make(planned, { name: unikernel, uid: 1 });
      if (tender !== null) await writeFile(join(draft, 'tender'), tender);
      await folders.mend(() => 0, assert.fail);
      assert.equal(taps.there.size, left);
      if (left > 0) assert.deepEqual(await recordedTaps(), planned);
    });
  }

  it('that cannot be removed keep no supervisor from starting', async () => {
    await buildWithTaps(dead);
    taps.removeFailure = new Error('no ip');
    const told: unknown[] = [];
    await folders.mend(
      () => 0,
      (of, error) => told.push([lifeName(of), String(error)]),
    );
    assert.deepEqual(told, [[lifeName(life), 'Error: no ip']]);
  });

  it('are given back when it is given up, after its tender was ended', async () => {
    const planned = taps.plan(nets, unikernel);
    await writeFile(join(await folders.draft(life, devicesOf(planned)), 'tender'), ALIVE);
    await taps.make(planned, { name: unikernel, uid: 1 });
    await folders.abandon(life, () => assert.equal(taps.there.size, 1));
    assert.deepEqual([taps.there.size, await lives()], [0, []]);
  });
});

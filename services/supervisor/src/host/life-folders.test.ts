import { LIFE_DRAFT_PREFIX, lifeName, type Life } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it, type TestContext } from 'node:test';
import type { ObservedLife, TenderProcess } from './host.ts';
import { FakeTaps } from '../testing/fake-taps.ts';
import { takeAllFiles } from '../testing/take-all-files.ts';
import { LifeFolders } from './life-folders.ts';
import { readBootId } from './process-standing.ts';

const unikernel = parseUnikernelName('foo:hello');
const life: Life = { unikernel, number: 3 };
const DRAFT = LIFE_DRAFT_PREFIX + lifeName(life);
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

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-lives-'));
  folders = new LifeFolders(join(folder, 'lives'), join(folder, 'exits'), new FakeTaps());
  await folders.prepare();
});
afterEach(async () => await rm(folder, { recursive: true }));

const lives = async (): Promise<readonly string[]> => await readdir(join(folder, 'lives'));
const exits = async (): Promise<readonly string[]> => await readdir(join(folder, 'exits'));
const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

async function build(of = record): Promise<void> {
  execFileSync('mkfifo', [join(await folders.draft(life), 'drain')]);
  await folders.complete(life, of);
}

/** Holds the drain as a keeper does. */
function keep(t: TestContext, name: string = lifeName(life)): number {
  const path = join(folder, 'lives', name, 'drain');
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(fd));
  return fd;
}

function linesIn(drain: number): string {
  const bytes = Buffer.alloc(64);
  return bytes.toString('utf8', 0, readSync(drain, bytes));
}

async function seen(): Promise<ObservedLife> {
  const [only, ...others] = await folders.observe();
  assert.deepEqual(others, []);
  assert.ok(only !== undefined);
  return only;
}

describe('a life', () => {
  it('is seen by nobody before it is complete', async () => {
    await folders.draft(life);
    assert.deepEqual(await folders.observe(), []);
    await folders.complete(life, record);
    assert.deepEqual((await seen()).record, record);
    assert.deepEqual(await lives(), [lifeName(life)]);
  });

  it('shows its tender, its keeper and its exit', async (t) => {
    await build(dead);
    const ended = { life, record: dead, isTenderAlive: false, isTenderWedged: false };
    const nothing = { ...ended, exit: null, exitAt: null };
    assert.deepEqual(await seen(), { ...nothing, isKeeperAlive: false });
    keep(t);
    assert.deepEqual(await seen(), { ...nothing, isKeeperAlive: true });
    await writeFile(folders.exitFile(life), '3 \n');
    await utimes(folders.exitFile(life), 1, 17.500_7);
    const { exit, exitAt } = await seen();
    assert.deepEqual({ exit, exitAt }, { exit: { kind: 'status', status: 3 }, exitAt: 17_500 });
  });

  for (const [what, other] of [
    ['another process has its pid', dead],
    ['it is of another boot', { ...record, bootId: 'another' }],
  ] as const) {
    it(`has no living tender when ${what}`, async () => {
      await build(other);
      assert.equal((await seen()).isTenderAlive, false);
    });
  }

  it('has no record when that cannot be understood', async () => {
    await build();
    for (const text of ['', '{', '{"pid": 0}', JSON.stringify({ ...record, pid: 'one' })]) {
      await writeFile(join(folder, 'lives', lifeName(life), 'life'), text);
      assert.equal((await seen()).record, null);
    }
  });

  it('is known by its exit alone, until that is removed too', async () => {
    await writeFile(folders.exitFile(life), '139 Segmentation fault\n');
    await utimes(folders.exitFile(life), 1, 2);
    assert.deepEqual(await seen(), {
      life,
      record: null,
      isTenderAlive: false,
      isTenderWedged: false,
      isKeeperAlive: false,
      exit: { kind: 'signal', signal: 11 },
      exitAt: 2000,
    });
    await folders.remove(life);
    assert.deepEqual(await folders.observe(), []);
  });

  it('is nothing else that lies in the folders', async () => {
    await mkdir(join(folder, 'lives', 'junk'));
    await writeFile(join(folder, 'lives', ':file@1'), '');
    await writeFile(join(folder, 'exits', 'junk'), '0 \n');
    assert.deepEqual(await folders.observe(), []);
  });

  it('is not taken for ended when there are no file descriptors to look at it', async (t) => {
    await build();
    keep(t);
    const taken = await takeAllFiles(t);
    if (taken === null) return;
    // From none free to some, for which many compete: it is seen as it is, or not at all.
    for (const fd of taken.splice(0, 12)) {
      const looks = Array.from({ length: 12 }, async () => await folders.observe());
      for (const look of await Promise.allSettled(looks)) {
        if (look.status === 'rejected') continue;
        const [only] = look.value;
        assert.deepEqual([only?.isTenderAlive, only?.isKeeperAlive], [true, true]);
      }
      closeSync(fd);
    }
  });
});

describe('a keeper', () => {
  it('is released through its drain', async (t) => {
    await build();
    assert.equal(await folders.release(life), false);
    const drain = keep(t);
    assert.equal(await folders.release(life), true);
    assert.equal(linesIn(drain), 'released\n');
  });

  it('is looked after without a word, and without a file left open', async (t) => {
    await build();
    const drain = keep(t);
    const before = await openFiles();
    for (let times = 0; times < 20; times += 1) assert.ok(await folders.isKeeperAlive(life));
    assert.throws(() => linesIn(drain), { code: 'EAGAIN' });
    assert.equal(await openFiles(), before);
  });

  it('that does not read may be released as often as one likes', async (t) => {
    await build();
    const drain = keep(t);
    assert.throws(
      () => {
        for (;;) writeSync(drain, Buffer.alloc(4096));
      },
      { code: 'EAGAIN' },
    );
    const before = await openFiles();
    for (let times = 0; times < 20; times += 1) assert.ok(await folders.release(life));
    assert.equal(await openFiles(), before);
  });

  it('is let go when the traces of its life are removed', async (t) => {
    await build();
    const drain = keep(t);
    await writeFile(folders.exitFile(life), '0 \n');
    await folders.remove(life);
    assert.equal(linesIn(drain), 'removed\n');
    assert.deepEqual([await lives(), await exits()], [[], []]);
  });
});

describe('a life that cannot be completed', () => {
  const ended: TenderProcess[] = [];
  const end = (tender: TenderProcess): void => void ended.push(tender);
  beforeEach(() => ended.splice(0));

  it('is removed, and its keeper can start nothing any more', async () => {
    await folders.draft(life);
    await folders.abandon(life, end);
    assert.deepEqual([ended, await lives()], [[], []]);
  });

  it('has the tender ended that was started all the same', async (t) => {
    await writeFile(join(await folders.draft(life), 'tender'), ALIVE);
    execFileSync('mkfifo', [join(folder, 'lives', DRAFT, 'drain')]);
    const drain = keep(t, DRAFT);
    await folders.abandon(life, end);
    assert.deepEqual(ended, [{ pid, startTicks, bootId: readBootId() }]);
    assert.equal(linesIn(drain), 'removed\n');
    assert.deepEqual(await lives(), []);
  });

  it('may be gone already', async () => {
    await folders.abandon(life, end);
    assert.deepEqual(ended, []);
  });
});

describe('a supervisor that starts', () => {
  const uidOf = (): number => 700_009;

  it('removes what is left of another boot, unless that tells an end', async () => {
    await build({ ...record, bootId: 'another' });
    await writeFile(folders.exitFile(life), '0 \n');
    await folders.mend(uidOf, assert.fail);
    assert.deepEqual(await lives(), [lifeName(life)]);
    await rm(folders.exitFile(life));
    await folders.mend(uidOf, assert.fail);
    assert.deepEqual(await lives(), []);
  });

  it('leaves a life of this boot alone, whether or not it goes on', async () => {
    for (const of of [record, dead]) {
      await build(of);
      await folders.mend(uidOf, assert.fail);
      assert.deepEqual((await seen()).record, of);
      await folders.remove(life);
    }
  });

  const drafts: readonly [string, string | null, string | null, 'completes' | 'removes'][] = [
    ['without a tender', null, null, 'removes'],
    ['whose tender runs', ALIVE, null, 'completes'],
    ['whose tender ended, and its keeper said how', DEAD, '3 \n', 'completes'],
    ['whose tender is gone without a word', DEAD, null, 'removes'],
  ];
  for (const [what, tender, exit, does] of drafts) {
    it(`${does} a half-built life ${what}`, async () => {
      const draft = await folders.draft(life);
      if (tender !== null) await writeFile(join(draft, 'tender'), tender);
      if (exit !== null) await writeFile(folders.exitFile(life), exit);
      await folders.mend(uidOf, assert.fail);
      assert.deepEqual(await lives(), does === 'completes' ? [lifeName(life)] : []);
      if (does === 'removes') return assert.deepEqual(await exits(), []);
      const { record: mended, ...shown } = await seen();
      assert.equal(mended?.uid, 700_009);
      assert.equal(shown.isTenderAlive, exit === null);
      assert.equal(shown.exit === null, exit === null);
    });
  }

  it('waits for a keeper that is just writing which tender it starts', async () => {
    const path = join(await folders.draft(life), 'tender');
    await writeFile(path, '');
    const mending = folders.mend(uidOf, assert.fail);
    await writeFile(path, ALIVE);
    await mending;
    assert.equal((await seen()).isTenderAlive, true);
    assert.equal(await readFile(join(folder, 'lives', lifeName(life), 'tender'), 'utf8'), ALIVE);
  });
});

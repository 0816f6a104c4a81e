import { failureCode } from '@albatross/shared/bus/testing/asserts';
import type { Exit } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { diskFailure } from '../disk.ts';
import { asked, OUTCOME_KEPT_MS } from '../outcomes.ts';
import { OUTCOMES_PER_NAME_MAX, Records, type Answered } from './records.ts';
import { unikernelIn, type StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { Store } from './store.ts';
import { runningRecord } from '../testing/stored-records.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';
import { Unikernel } from './unikernel.ts';

const ADMIN = { identity: 'admin', actor: 'admin' } as const;

const noSmallDisk = await TinyDisk.whyNot();

const name = parseUnikernelName('hello');
const exit: Exit = { kind: 'status', status: 3 };

let state: string;
let now: number;
let store: DiskWithFaults;
let records: Records;

/** Fails as often as it is told to. */
class DiskWithFaults extends Store {
  failures: NodeJS.ErrnoException[] = [];

  override async write(stored: StoredRecord): Promise<void> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    await super.write(stored);
  }
}

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'albatross-records-'));
  now = 1_000_000;
  store = new DiskWithFaults(state);
  await store.prepare();
  records = new Records(store, () => now);
});
afterEach(async () => await rm(state, { recursive: true }));

function unikernel(life: number, memoryMib = 32): Unikernel {
  const stored = unikernelIn(runningRecord('hello', { life, memoryMib }));
  assert.ok(stored !== null);
  return new Unikernel(stored);
}

/** One whose life just ended. */
function ended(life: number): Unikernel {
  const one = unikernel(life);
  one.apply({ kind: 'started', life, process: { pid: 1, startTicks: 1, bootId: 'boot' } });
  one.ended(life, exit, { now, random: 0.5 });
  return one;
}

const RUN = { kind: 'run' } as const;

const answered = (id: string): Answered => ({
  ask: asked(ADMIN, 'create', { id }),
  reply: { id },
  event: { type: 'destroyed', name, actor: 'admin', requestId: id },
});

function failureOf(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

async function onDisk(): Promise<StoredRecord | null> {
  const all = await store.readAll((_, error) => assert.fail(String(error)));
  return all.records[0] ?? null;
}

async function kinds(): Promise<readonly (string | undefined)[]> {
  return [records.of(name)?.desire.kind, (await onDisk())?.desire.kind];
}

describe('what is remembered of a unikernel', () => {
  it('is that it runs, until it ended, until it is gone', async () => {
    await records.write(unikernel(1), RUN);
    assert.deepEqual(await kinds(), ['run', 'run']);
    await records.writeEnd(ended(1));
    assert.deepEqual(await kinds(), ['ended', 'ended']);
    await records.writeGone(name, answered('request-1'));
    assert.deepEqual(await kinds(), ['gone', 'gone']);
  });

  it('is known at once, before it is on the disk', async () => {
    await records.write(unikernel(1), RUN);
    const writing = records.writeGone(name, answered('request-1'));
    assert.equal(records.of(name)?.desire.kind, 'gone');
    await writing;
  });

  it('is no end of an earlier life, once a new one was begun', async () => {
    await records.write(unikernel(1), RUN);
    await records.write(unikernel(2), RUN);
    await records.writeEnd(ended(1));
    assert.deepEqual(await kinds(), ['run', 'run']);
  });

  it('is no end of what was destroyed', async () => {
    await records.write(unikernel(1), RUN);
    await Promise.all([records.writeGone(name, answered('request-1')), records.writeEnd(ended(1))]);
    assert.deepEqual(await kinds(), ['gone', 'gone']);
  });

  it('is what it was, after a write that failed', async () => {
    await records.write(unikernel(1), RUN);
    store.failures = [failureOf('EIO')];
    await assert.rejects(records.writeEnd(ended(1)), { code: 'EIO' });
    assert.deepEqual(await kinds(), ['run', 'run']);
  });

  it('is the later change, when an earlier one fails only afterwards', async () => {
    await records.write(unikernel(1), RUN);
    store.failures = [failureOf('EIO')];
    const [first, second] = await Promise.allSettled([
      records.writeEnd(ended(1)),
      records.writeGone(name, answered('request-1')),
    ]);
    assert.deepEqual([first.status, second.status], ['rejected', 'fulfilled']);
    assert.deepEqual(await kinds(), ['gone', 'gone']);
  });
});

describe('outcomes', () => {
  const ids = (record: StoredRecord | null): readonly string[] =>
    (record?.outcomes ?? []).map(({ id }) => id);

  it('are written with what they changed, and kept by later changes', async () => {
    await records.write(unikernel(1), RUN, answered('request-1'));
    await records.writeEnd(ended(1));
    await records.writeGone(name, answered('request-2'));
    assert.deepEqual(ids(await onDisk()), ['request-1', 'request-2']);
  });

  it('are dropped when they are old', async () => {
    await records.write(unikernel(1), RUN, answered('request-1'));
    now += OUTCOME_KEPT_MS + 1;
    await records.writeGone(name, answered('request-2'));
    assert.deepEqual(ids(await onDisk()), ['request-2']);
  });

  it('are the newest, when there are many for one name', async () => {
    for (let n = 0; n <= OUTCOMES_PER_NAME_MAX; n += 1) {
      await records.write(unikernel(1), RUN, answered(`request-${n}`));
    }
    const kept = ids(records.of(name));
    assert.equal(kept.length, OUTCOMES_PER_NAME_MAX);
    assert.equal(kept.at(-1), `request-${OUTCOMES_PER_NAME_MAX}`);
  });

  it('keep what is gone for as long as somebody may ask, and no longer', async () => {
    await records.write(unikernel(1), RUN);
    await records.writeGone(name, answered('request-1'));
    now += OUTCOME_KEPT_MS;
    await records.forgetOld();
    assert.deepEqual(await kinds(), ['gone', 'gone']);
    now += 1;
    await records.forgetOld();
    assert.deepEqual(await kinds(), [undefined, undefined]);
  });

  it('do not have to be there for what runs or ended to stay', async () => {
    await records.write(unikernel(1), RUN);
    await records.forgetOld();
    assert.deepEqual(await kinds(), ['run', 'run']);
  });
});

describe('after a create that failed', () => {
  const outOfRoom = (): NodeJS.ErrnoException => failureOf('ENOSPC');

  it('nothing is left where nothing was', async () => {
    await records.write(unikernel(1), RUN);
    await records.undo(name, null);
    assert.deepEqual(await kinds(), [undefined, undefined]);
  });

  it('there is what was before', async () => {
    await records.write(unikernel(1), RUN);
    await records.writeEnd(ended(1));
    const before = records.of(name);
    await records.write(unikernel(2), RUN);
    await records.undo(name, before);
    assert.deepEqual(records.of(name), before);
    assert.deepEqual(await onDisk(), before);
  });

  it('there is what was before, when the disk took neither the create nor its undoing', async () => {
    await records.write(unikernel(1), RUN);
    await records.writeEnd(ended(1));
    const before = records.of(name);
    store.failures = [outOfRoom(), outOfRoom()];
    await assert.rejects(records.write(unikernel(2), RUN));
    await records.undo(name, before);
    assert.deepEqual(records.of(name), before);
    assert.deepEqual(await onDisk(), before);
  });

  it('rather nothing is left than what was refused, when only its undoing fails', async () => {
    await records.write(unikernel(1), RUN);
    await records.writeEnd(ended(1));
    const before = records.of(name);
    await records.write(unikernel(2), RUN);
    store.failures = [outOfRoom()];
    await records.undo(name, before);
    assert.deepEqual(await kinds(), [undefined, undefined]);
  });
});

describe('a disk without room', () => {
  it('does not keep anything from being destroyed', async () => {
    await records.write(unikernel(1), RUN);
    store.failures = [failureOf('ENOSPC')];
    await records.writeGone(name, answered('request-1'));
    assert.deepEqual(await kinds(), [undefined, undefined]);
  });

  it('is told from one that fails otherwise', async () => {
    await records.write(unikernel(1), RUN);
    store.failures = [failureOf('EIO')];
    await assert.rejects(records.writeGone(name, answered('request-1')), { code: 'EIO' });
    assert.deepEqual(await kinds(), ['run', 'run']);
    for (const code of ['ENOSPC', 'EDQUOT'])
      assert.equal(await failureCode(Promise.reject(diskFailure(failureOf(code)))), 'DISK_FULL');
  });

  it('keeps what it had, and lets it be destroyed', { skip: noSmallDisk }, async (t) => {
    const disk = await TinyDisk.mount(t, 256);
    const full = new Store(disk.path);
    await full.prepare();
    const fullRecords = new Records(full, () => now);
    await fullRecords.write(unikernel(1), RUN);
    await disk.fill();
    await assert.rejects(fullRecords.writeEnd(ended(1)), { code: 'DISK_FULL' });
    assert.equal(fullRecords.of(name)?.desire.kind, 'run');
    await fullRecords.writeGone(name, answered('request-1'));
    assert.equal(fullRecords.of(name), null);
    assert.deepEqual((await full.readAll(() => assert.fail())).records, []);
  });
});

import type { EventDraft } from '@albatross/shared/contracts/event';
import type { BlockIndexContent } from '@albatross/shared/contracts/stored-blocks';
import type { Outcome } from '@albatross/shared/contracts/stored-outcome';
import type { PolicyState } from '@albatross/shared/contracts/stored-policies';
import type { StoredRecord, StoredUnikernel } from '@albatross/shared/contracts/stored-unikernel';
import { lifeName, type Life, type LifeRecord } from '@albatross/shared/domain/life';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import { path, policy } from '@albatross/shared/domain/testing/policies';
import { claimFormat } from '@albatross/shared/runtime/state-format';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockIndex } from '../blocks/block-index.ts';
import { EventLog } from '../events/event-log.ts';
import { LifeFolders } from '../host/life-folders.ts';
import { PolicyFile } from '../policies/policy-file.ts';
import { LifeNumbers } from '../unikernels/life-numbers.ts';
import { Store } from '../unikernels/store.ts';
import { goneRecord, runningRecord } from './stored-records.ts';

/** Everything that can stand in what we write, as it stands in the folder `format-1` beside this file. */
export const AT = 1_700_000_000_000;
export const BOOT = '0d7f2f5a-6b0e-4c58-9a3c-000000000001';
const name = parseUnikernelName;

const OUTCOME: Outcome = {
  caller: 'admin',
  id: 'request-1',
  body: 'b'.repeat(64),
  at: AT,
  reply: { changed: true },
};

const RUNNING = runningRecord('hello', {
  uid: 700_000,
  life: 7,
  memoryMib: 64,
  cpus: [0, 1],
  nets: [
    { name: 'service', bridge: 'br0', mac: null },
    { name: 'other', bridge: 'br1', mac: '02:00:00:00:00:01' },
  ],
  blocks: [
    { name: 'storage', device: 'data', sectorBytes: 512 },
    { name: 'more', device: 'more', sectorBytes: null },
  ],
  restart: { kind: 'on-exit', statuses: [2, 3] },
  arguments: ['--key=ü "quoted"', 'a\nb'],
  startupPriority: 10,
  addName: false,
});

const UNIKERNEL = (RUNNING.desire as { readonly unikernel: StoredUnikernel }).unikernel;

const ENDED: StoredUnikernel = {
  ...(runningRecord('foo:web').desire as { readonly unikernel: StoredUnikernel }).unikernel,
  restarts: 3,
  failures: 2,
  pastLives: [
    { life: 4, exit: { kind: 'status', status: 3 }, at: AT, lifetimeMs: 17 },
    { life: 5, exit: { kind: 'signal', signal: 9 }, at: AT + 1, lifetimeMs: 0 },
    { life: 6, exit: { kind: 'unknown' }, at: AT + 2, lifetimeMs: 1.5 },
  ],
};

/** As they are sorted by name. */
export const RECORDS: readonly StoredRecord[] = [
  {
    ...RUNNING,
    desire: { kind: 'run', unikernel: UNIKERNEL, ending: 7 },
    outcomes: [{ ...OUTCOME, event: { type: 'created', name: 'hello', id: '0123456789abcdef' } }],
  },
  { ...goneRecord('foo:gone'), outcomes: [OUTCOME] },
  { ...recordOf('foo:stopped'), outcomes: [] },
  {
    name: name('foo:tired'),
    desire: { kind: 'failed', unikernel: named('foo:tired'), why: 'too often' },
    outcomes: [],
  },
  { name: name('foo:web'), desire: { kind: 'ended', unikernel: ENDED }, outcomes: [] },
];

function named(text: string): StoredUnikernel {
  return { ...ENDED, config: { ...ENDED.config, name: name(text) } };
}

function recordOf(text: string): StoredRecord {
  return { name: name(text), desire: { kind: 'stop', unikernel: named(text) }, outcomes: [] };
}

export const POLICIES: PolicyState = {
  policies: new Map([
    [path('foo:'), { policy: policy({ blockMib: null, bridges: [] }), setAt: AT }],
    [ROOT, { policy: policy(), setAt: AT + 1 }],
  ]),
  outcomes: [OUTCOME],
  events: [
    { type: 'policy-removed', id: '0'.repeat(16), name: path('a:'), actor: 'x', requestId: 'y' },
  ],
};

const DRAFT = `.new_${'a'.repeat(32)}`;

export const BLOCKS: BlockIndexContent = {
  devices: new Map([
    [name('data'), 16],
    [name('foo:b'), 1],
  ]),
  pending: [
    { kind: 'make', name: name('foo:b'), draft: DRAFT },
    { kind: 'replace', name: name('data'), draft: DRAFT.replaceAll('a', 'b') },
    { kind: 'remove', name: name('foo:c') },
  ],
  outcomes: [OUTCOME],
};

const BY = { actor: 'tls:ab;foo', requestId: 'request-1' };

export const EVENTS: readonly EventDraft[] = [
  { ...BY, type: 'supervisor-started', id: '1'.repeat(16), name: ROOT, version: '0.1.0' },
  {
    ...BY,
    type: 'created',
    id: '2'.repeat(16),
    name: name('foo:web'),
    digest: 'd'.repeat(64),
    target: 'spt',
    memoryMib: 32,
    replaced: false,
  },
  { ...BY, type: 'destroyed', id: '3'.repeat(16), name: name('foo:web'), requestId: null },
];

export const LIFE: Life = { unikernel: name('hello'), number: 7 };
export const LIFE_RECORD: LifeRecord = {
  pid: 4711,
  startTicks: 123_456,
  bootId: BOOT,
  uid: 700_000,
  startedAt: AT,
  taps: [{ device: 'service', bridge: 'br0', tap: 'albtap0', mac: '00:80:41:cd:8a:eb' }],
};
export const LIFE_DEVICES = {
  uid: LIFE_RECORD.uid,
  taps: LIFE_RECORD.taps,
  blocks: ['/var/lib/albatross/block/:data'],
};

/** Writes it all down as the program does now: `state` and `run` below the folder. */
export async function writeState(folder: string): Promise<void> {
  const fails = (error: unknown): never => {
    throw error;
  };
  const [state, run] = [join(folder, 'state'), join(folder, 'run')];
  const block = join(state, 'block');
  for (const one of [block, run]) await mkdir(one, { recursive: true });
  for (const one of [state, run]) await claimFormat(one, 1, fails);
  const store = new Store(state);
  await store.prepare();
  for (const record of RECORDS) await store.write(record);
  await new PolicyFile(state).write(POLICIES);
  await new BlockIndex(block, () => AT).change(() => BLOCKS);
  {
    const options = { folder: join(state, 'events'), now: () => AT, onDefect: fails };
    using log = await EventLog.open({ ...options, bootId: BOOT });
    for (const event of EVENTS) log.record(event);
  }
  const numbers = new LifeNumbers(state);
  await numbers.prepare(LIFE.number);
  await numbers.take();
  const taps = { remove: async () => undefined };
  const lives = new LifeFolders(join(run, 'lives'), join(run, 'exits'), taps);
  await lives.prepare();
  await lives.draft(LIFE, LIFE_DEVICES);
  await lives.complete(LIFE, LIFE_RECORD);
  // As the keeper does.
  await writeFile(join(run, 'exits', lifeName(LIFE)), '139 Segmentation fault\n');
}

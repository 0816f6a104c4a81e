import { path } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { policyEntry, runningUnikernel } from '../testing/state-entries.ts';
import { unikernelLines } from './unikernel-lines.ts';

const now = Date.UTC(2026, 0, 31, 12, 0, 0);
const at = (ms: number): number => now + ms;
const DIGEST = '0123456789abcdef'.repeat(4);

const unikernel = runningUnikernel('foo:hello', {
  digest: DIGEST,
  startedAt: at(-(3 * 3_600_000 + 12 * 60_000)),
  cpus: [0, 1],
  nets: [{ name: 'service', bridge: 'br0', mac: '00:80:41:cd:8a:eb', tap: 'vmmtap3' }],
  blocks: [{ name: 'storage', device: 'data', sectorBytes: null, sizeMib: 16 }],
  restart: { kind: 'on-exit', statuses: [2, 3] },
  arguments: ['--password=secret', 'more'],
});

const policy = policyEntry('foo:', {
  unikernels: 4,
  memoryMib: 256,
  cpus: [0, 1],
  blockMib: 100,
  bridges: ['service'],
});
const usage = { unikernels: 2, memoryMib: 96, blockMib: 16 };

it('one that runs is shown with all there is to know, but its arguments, which may be secrets', () => {
  const sampled = { cpuShare: 0.5, rssBytes: 4 * 1024 * 1024, sampledAt: at(-7_000) };
  const lines = unikernelLines({ unikernel, usage: sampled }, [{ ...policy, usage }], now);
  assert.deepEqual(lines, [
    `  image ${DIGEST} for spt`,
    '  process 42, up 3 h 12 min, since 2026-01-31T08:48:00.000Z',
    '  CPU 50.0%, memory 4.0 of 32 MiB, sampled 7 s ago',
    '  CPUs 0, 1; start-up priority 50',
    '  network service on br0, 00:80:41:cd:8a:eb, tap vmmtap3',
    '  block storage is data, 16 MiB',
    '  2 arguments, and --name',
    '  started again after status 2, 3',
    '  policy of foo: 2 of 4 unikernels, 96 of 256 MiB, 16 of 100 MiB of block storage, CPUs 0-1, bridge service',
  ]);
});

it('one that backs off says when it is tried next, why, and how its lives ended', () => {
  const failing = runningUnikernel('hello', {
    state: 'backing-off',
    pid: null,
    digest: DIGEST,
    nextTryAt: at(12_000),
    why: 'the bridge br0 is gone',
    addName: false,
    pastLives: [{ life: 4, exit: { kind: 'signal', signal: 11 }, at: at(-1000), lifetimeMs: 1500 }],
  });
  const machine = {
    ...policyEntry(':', {
      unikernels: Number.MAX_SAFE_INTEGER,
      memoryMib: 999,
      cpus: [],
      blockMib: null,
      bridges: [],
    }),
    path: path(':'),
    usage: { unikernels: 1, memoryMib: 32, blockMib: 0 },
  };
  assert.deepEqual(unikernelLines({ unikernel: failing, usage: null }, [machine], now), [
    `  image ${DIGEST} for spt`,
    '  CPUs 0; start-up priority 50',
    '  no arguments',
    '  not started again when it ends by itself',
    '  next try in 12 s, at 2026-01-31T12:00:12.000Z',
    '  because the bridge br0 is gone',
    '  the machine itself: 1 unikernel, 32 of 999 MiB, no block storage, no CPUs, no bridges',
    '  life 4 ended at 2026-01-31T11:59:59.000Z after 1.5 s: signal 11',
  ]);
});

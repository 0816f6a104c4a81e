import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeState, toJson } from './unikernel-view.ts';

const running: UnikernelSummary = {
  name: parseUnikernelName('hello'),
  state: 'running',
  target: 'spt',
  pid: 4711,
  memoryMib: 32,
  digest: '0123456789abcdef'.repeat(4),
  startedAt: Date.UTC(2026, 0, 31, 12, 0, 0, 7),
  restarts: 0,
  exit: null,
  lastExit: null,
  nextTryAt: null,
};

const exited: UnikernelSummary = {
  ...running,
  name: parseUnikernelName('foo:a-longer-name'),
  state: 'exited',
  target: 'virtio',
  pid: null,
  memoryMib: 1024,
  restarts: 12,
  exit: { kind: 'status', status: 3 },
};

describe('a unikernel as JSON', () => {
  it('is as on the bus, but with its start as RFC 3339 writes it', () => {
    assert.deepEqual(toJson(running), { ...running, startedAt: '2026-01-31T12:00:00.007Z' });
    assert.deepEqual(toJson({ ...exited, startedAt: null }), { ...exited, startedAt: null });
  });

  it('has its past in the form of one name, and says how many arguments it has', () => {
    const json = toJson(details) as Record<string, unknown>;
    assert.equal(json['argumentCount'], 2);
    assert.equal(json['arguments'], undefined);
    assert.equal(json['nextTryAt'], '2026-01-31T12:00:09.000Z');
    assert.deepEqual(json['pastLives'], [
      { life: 4, exit: details.exit, at: '2026-01-31T12:00:08.000Z', lifetimeMs: 1500 },
    ]);
  });
});

const details: UnikernelDetails = {
  ...running,
  state: 'backing-off',
  pid: null,
  exit: { kind: 'signal', signal: 11 },
  cpus: [0, 1],
  nets: [{ name: 'service', bridge: 'br0', mac: '00:80:41:cd:8a:eb', tap: null }],
  blocks: [{ name: 'storage', device: 'data', sectorBytes: null, sizeMib: 16 }],
  startupPriority: 50,
  restart: { kind: 'on-exit', statuses: [2, 3] },
  arguments: ['--name=hello', 'secret'],
  addName: true,
  nextTryAt: Date.UTC(2026, 0, 31, 12, 0, 9),
  why: null,
  pastLives: [
    {
      life: 4,
      exit: { kind: 'signal', signal: 11 },
      at: Date.UTC(2026, 0, 31, 12, 0, 8),
      lifetimeMs: 1500,
    },
  ],
};

it('what became of one is told in a line', () => {
  assert.equal(describeState('restarted', details), 'restarted hello: backing-off');
  const shown = { ...details, state: 'running', pid: 4711 } as const;
  assert.equal(describeState('created', shown), 'created hello: running, process 4711');
  const failed = { ...details, state: 'failed', why: 'it\x1b[2J ended 21 times' } as const;
  assert.equal(
    describeState('stopped', failed),
    'stopped hello: failed (it\\x1b[2J ended 21 times)',
  );
});

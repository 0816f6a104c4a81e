import type { UnikernelDetails, UnikernelSummary } from '@albatross/shared/contracts/unikernel';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toJson, toTable } from './unikernel-view.ts';

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

describe('unikernels as a table', () => {
  it('have aligned columns below a heading', () => {
    assert.deepEqual(toTable([running, exited]), [
      'NAME               STATE             PID   MEMORY    STARTED               RESTARTS  IMAGE',
      'hello              running           4711  32 MiB    2026-01-31T12:00:00Z  0         spt 0123456789ab',
      'foo:a-longer-name  exited: status 3  -     1024 MiB  2026-01-31T12:00:00Z  12        virtio 0123456789ab',
    ]);
  });

  it('have no start before their first life', () => {
    const [, row] = toTable([{ ...running, state: 'starting', pid: null, startedAt: null }]);
    assert.equal(row, 'hello  starting  -    32 MiB  -        0         spt 0123456789ab');
  });

  it('are a heading when there are none', () => {
    assert.deepEqual(toTable([]), ['NAME  STATE  PID  MEMORY  STARTED  RESTARTS  IMAGE']);
  });
});

describe('a unikernel as JSON', () => {
  it('is as on the bus, but with its start as RFC 3339 writes it', () => {
    assert.deepEqual(toJson(running), { ...running, startedAt: '2026-01-31T12:00:00.007Z' });
    assert.deepEqual(toJson({ ...exited, startedAt: null }), { ...exited, startedAt: null });
  });

  it('has the arguments in the form of one name', () => {
    const details: UnikernelDetails = { ...running, arguments: ['--name=hello', 'secret'] };
    assert.deepEqual(Object.entries(toJson(details)).at(-1), ['arguments', details.arguments]);
  });
});

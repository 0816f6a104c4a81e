import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import { path } from '@albatross/shared/domain/testing/policies';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { policyTable, policyToJson } from './policy-view.ts';

const machine: PolicyEntry = {
  path: path(':'),
  policy: {
    unikernels: Number.MAX_SAFE_INTEGER,
    memoryMib: 7954,
    cpus: [0, 1, 2, 3],
    blockMib: 100_000,
    bridges: ['br0', 'service'],
  },
  usage: { unikernels: 3, memoryMib: 96, blockMib: 10 },
  setAt: null,
  isMachine: true,
};

const tenant: PolicyEntry = {
  path: path('foo:bar:'),
  policy: { unikernels: 16, memoryMib: 1024, cpus: [0, 2], blockMib: null, bridges: [] },
  usage: { unikernels: 2, memoryMib: 64, blockMib: 0 },
  setAt: Date.UTC(2026, 0, 31, 12, 0, 0, 7),
  isMachine: false,
};

it('policies as a table show what is used of what is allowed', () => {
  assert.deepEqual(policyTable([machine, tenant]).map(String), [
    'PATH      UNIKERNELS  MEMORY       BLOCK          CPUS  BRIDGES      SET',
    ':         3/any       96/7954 MiB  10/100000 MiB  0-3   br0,service  machine',
    'foo:bar:  2/16        64/1024 MiB  none           0,2   none         2026-01-31T12:00:00Z',
  ]);
});

it('a policy as JSON is as on the bus, but with its time as RFC 3339 writes it', () => {
  assert.deepEqual(policyToJson(tenant), { ...tenant, setAt: '2026-01-31T12:00:00.007Z' });
  assert.deepEqual(policyToJson(machine), machine);
});

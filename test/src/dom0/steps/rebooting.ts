import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import type { Dom0 } from '../dom0.ts';
import { everythingRuns } from './installing.ts';
import { running } from './standing.ts';

/** The lower, the earlier; what was created over TLS has the usual one, which is 50. */
const PRIORITIES = { third: 30, first: 10, second: 20 } as const;

export async function reboots(dom0: Dom0): Promise<void> {
  for (const [name, priority] of Object.entries(PRIORITIES))
    dom0.run(
      'albatross',
      'create',
      name,
      '/root/hello.spt',
      '--mem',
      '16',
      '--startup',
      `${priority}`,
      '--arg',
      'tick=1000',
    );
  await dom0.reboot();
  await everythingRuns(dom0);
  await eventually('all are back', () => running(dom0).length === 4);
  const log = dom0.run('albatross', 'log', '--json', '--count', '100').trim().split('\n');
  const events = log.map(
    (line) => JSON.parse(line) as { readonly type: string; readonly name: string },
  );
  const booted = events.findLastIndex(({ type }) => type === 'supervisor-started');
  const order = events
    .slice(booted)
    .filter(({ type }) => type === 'started')
    .map(({ name }) => name);
  assert.deepEqual(order, ['first', 'second', 'third', 'user:hello']);
}

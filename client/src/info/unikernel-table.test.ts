import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runningUnikernel } from '../testing/state-entries.ts';
import { unikernelTable, type ShownUnikernel } from './unikernel-table.ts';

const MIB = 1024 * 1024;
const now = Date.UTC(2026, 0, 31, 12, 0, 0);
const HOUR = 3_600_000;

function table(...found: readonly ShownUnikernel[]): readonly string[] {
  return unikernelTable(found, now).map(String);
}

const running = runningUnikernel('hello', { startedAt: now - 3.2 * HOUR });
const crashed = { kind: 'signal', signal: 11 } as const;

describe('unikernels as a table', () => {
  it('shows what each does, how it ended before, and what it takes of what it was given', () => {
    assert.deepEqual(
      table(
        {
          unikernel: running,
          usage: { cpuShare: 0.125, rssBytes: 4.06 * MIB, sampledAt: now },
        },
        {
          unikernel: runningUnikernel('foo:web', {
            state: 'backing-off',
            pid: null,
            memoryMib: 512,
            startedAt: now - HOUR,
            restarts: 12,
            exit: crashed,
            lastExit: crashed,
            nextTryAt: now + 12_000,
          }),
          usage: null,
        },
        {
          unikernel: runningUnikernel('foo:again', { restarts: 1, lastExit: crashed }),
          usage: { cpuShare: null, rssBytes: 120.4 * MIB, sampledAt: now },
        },
      ),
      [
        'NAME       STATE        UPTIME  RESTARTS  LAST EXIT  NEXT TRY  CPU    MEMORY',
        'hello      running      3h12m   0         -          -         12.5%  4.1 of 32 MiB',
        'foo:web    backing-off  -       12        signal 11  in 12 s   -      - of 512 MiB',
        `foo:again  running      20484d  1         signal 11  -         -      120 of 32 MiB`,
      ],
    );
  });

  it('has no uptime before the first life, nor between two', () => {
    const states = [
      { state: 'starting', pid: null, startedAt: null },
      { state: 'stopped', pid: null, startedAt: now - HOUR },
      { state: 'stopping', pid: 7, startedAt: now - HOUR },
    ] as const;
    const rows = table(
      ...states.map((state) => ({ unikernel: runningUnikernel('a', state), usage: null })),
    );
    const uptimes = rows.slice(1).map((row) => row.split(/ {2,}/)[2]);
    assert.deepEqual(uptimes, ['-', '-', '1h00m']);
  });

  it('fits in 100 columns with names of 20 characters and whatever else is usual', () => {
    const rows = table({
      unikernel: runningUnikernel('tenant:a-long-name-1', {
        state: 'backing-off',
        restarts: 9999,
        lastExit: { kind: 'status', status: 255 },
        nextTryAt: now + 59_000,
        memoryMib: 65_536,
      }),
      usage: { cpuShare: 1, rssBytes: 10_240 * MIB, sampledAt: now },
    });
    for (const row of rows) assert.ok(row.length <= 100, `${row.length}: ${row}`);
  });

  it('shows how one ended although its supervisor is older, and does not tell it twice', () => {
    const exit = { kind: 'status', status: 3 } as const;
    const older = runningUnikernel('a', { state: 'exited', pid: null, exit, lastExit: null });
    assert.match(table({ unikernel: older, usage: null })[1] ?? '', /^a +exited +- +0 +status 3 /);
  });

  it('is a heading when there are none', () => {
    assert.equal(table().length, 1);
  });
});

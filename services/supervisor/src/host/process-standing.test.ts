import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import type { TenderProcess } from './host.ts';
import { readBootId, standingOf } from './process-standing.ts';

const lineOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8');

function processOf(pid: number): TenderProcess {
  const stat = parseProcessStat(lineOf(pid));
  assert.ok(stat !== null);
  return { pid, startTicks: stat.startTicks, bootId: readBootId() };
}

/** Ended with the test, and waited for. */
function start(t: TestContext, command: string, ...words: readonly string[]): ChildProcess {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return child;
}

async function firstNumber(child: ChildProcess): Promise<number> {
  assert.ok(child.stdout !== null);
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(bytes.toString());
}

describe('standingOf', () => {
  it('is alive for a process that is, however it waits', async (t) => {
    assert.equal(standingOf(processOf(process.pid)), 'alive');
    const { pid } = start(t, 'sleep', '100');
    assert.ok(pid !== undefined);
    await eventually('it sleeps', () => lineOf(pid).includes('(sleep)'));
    const sleeping = processOf(pid);
    process.kill(pid, 'SIGSTOP');
    assert.equal(standingOf(sleeping), 'alive');
  });

  it('is gone for another process with the same pid, or of another boot', () => {
    const self = processOf(process.pid);
    assert.equal(standingOf({ ...self, startTicks: self.startTicks + 1 }), 'gone');
    assert.equal(standingOf({ ...self, bootId: 'another' }), 'gone');
    assert.equal(standingOf({ ...self, pid: 2 ** 30 }), 'gone');
  });

  it('is gone for a zombie', async (t) => {
    // When it ends, the shell has become a program that waits for nobody.
    const parent = start(t, 'sh', '-c', 'sleep 0.1 & echo $!; exec sleep 100');
    const zombie = processOf(await firstNumber(parent));
    await eventually('it is a zombie', () => lineOf(zombie.pid).includes(') Z '));
    assert.equal(standingOf(zombie), 'gone');
  });
});

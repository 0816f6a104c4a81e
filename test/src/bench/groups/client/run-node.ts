import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { env, execPath } from 'node:process';

/** What one run of a program took. */
export interface NodeRun {
  readonly wallMs: number;
  /** Of all its threads; right to 10 ms, and many together more so. */
  readonly cpuMs: number;
}

/** Runs Node from its start to its end, in which it must print all of `said`; nothing else is done meanwhile. */
export function runNode(words: readonly string[], said: readonly string[]): NodeRun {
  const cpuBefore = childrenCpuMs();
  const begunMs = performance.now();
  const { status, stdout, stderr } = spawnSync(execPath, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of the rest, some makes Node itself start more slowly.
    env: { PATH: env['PATH'] },
    encoding: 'utf8',
  });
  const wallMs = performance.now() - begunMs;
  assert.equal(status, 0, stderr);
  for (const text of said) assert.ok(stdout.includes(text), `no ${text} in ${stdout}`);
  return { wallMs, cpuMs: childrenCpuMs() - cpuBefore };
}

/** Of those that have ended, as /proc/self/stat counts: fields 16 and 17, in hundredths of a second. */
function childrenCpuMs(): number {
  const line = readFileSync('/proc/self/stat', 'latin1');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[16 - 3]) + Number(fields[17 - 3])) * 10;
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';

/** How many more than the test has open may be open at all. */
const SPARE = 16;

/**
 * Opens files until no more can be, and returns them: whoever closes one takes it out. All are closed with
 * the test. Null where the number of open files cannot be limited: then the test was skipped.
 */
export async function takeAllFiles(t: TestContext): Promise<number[] | null> {
  const allow = (limit: string): void =>
    void execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${limit}:`]);
  const before = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  assert.ok(before !== undefined);
  try {
    allow(String(Math.max(...readdirSync('/proc/self/fd').map(Number)) + SPARE));
  } catch {
    t.skip('the number of open files cannot be limited here; that takes prlimit');
    return null;
  }
  const taken: number[] = [];
  t.after(() => {
    for (const fd of taken) closeSync(fd);
    allow(before);
  });
  assert.throws(
    () => {
      for (;;) taken.push(openSync('/dev/null', 'r'));
    },
    { code: 'EMFILE' },
  );
  return taken;
}

import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A cgroup of version 2 on this machine, gone with the test; or why there can be none. */
export function scratchCgroup(
  t: TestContext,
): { readonly path: string } | { readonly why: string } {
  const root = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (root === undefined) return { why: 'not run here: no cgroups of version 2' };
  const path = join(root, `albatross-test-${process.pid}-${(made += 1)}`);
  try {
    mkdirSync(path);
  } catch (error) {
    return { why: `not run here: no cgroup can be made: ${String(error)}` };
  }
  t.after(async () => await removeOnceEmpty(path));
  return { path };
}

let made = 0;

/** A process that was killed leaves in its own time. */
async function removeOnceEmpty(path: string): Promise<void> {
  for (;;) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EBUSY')) throw error;
      await new Promise(setImmediate);
    }
  }
}

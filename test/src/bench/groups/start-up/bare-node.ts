import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { env, execPath } from 'node:process';

/** What no program in Node can be faster than. */
export const BARE_NODE = 'node -e 0';

/** Milliseconds from its start until it has ended. */
export async function runBareNode(): Promise<number> {
  const from = performance.now();
  const child = spawn(execPath, ['-e', '0'], { stdio: 'ignore', env: { PATH: env['PATH'] } });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${BARE_NODE} ended with ${status}`);
  return performance.now() - from;
}

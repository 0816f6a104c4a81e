import { spawnSync } from 'node:child_process';

const DEADLINE_MS = 60_000;

/** What Debian's promtool has to say of a page, which of a good one is nothing; null when it is not installed. */
export function lint(page: Uint8Array): string | null {
  const words = ['check', 'metrics'];
  const { error, status, stdout, stderr } = spawnSync('promtool', words, {
    input: page,
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return null;
  if (error !== undefined) throw error;
  return `${stdout}${stderr}${status === 0 ? '' : `exit status ${status}`}`;
}

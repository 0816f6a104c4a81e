import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface OpensslRun {
  readonly status: number | null;
  /** What it printed, errors as well. */
  readonly output: string;
}

/** What OpenSSL says of what we made. */
export async function openssl(args: readonly string[], input = ''): Promise<OpensslRun> {
  const child = spawn('openssl', args, { stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { status, output: output + errors };
}

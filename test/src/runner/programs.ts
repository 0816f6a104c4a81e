import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { buildClient, buildService } from '../../../deploy/foreground/src/programs.ts';

const SERVICES = ['supervisor', 'console', 'stats', 'tls-gateway'];

/** Every program, built once for all tests; `harness/built-program.ts` finds them by the variable. */
export async function buildPrograms(): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'albatross-programs-'));
  // mkdtemp makes it ours alone, and some tests run programs as somebody else.
  await chmod(folder, 0o755);
  for (const service of SERVICES) await buildService(service, folder);
  await buildClient(folder);
  env['ALBATROSS_PROGRAMS'] = folder;
  return { [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true, force: true }) };
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClient } from '../../../deploy/foreground/src/programs.ts';

let program: Promise<string> | null = null;

/** The client as one file, which starts in a fraction of the time its sources take; until this process ends. */
export async function clientProgram(): Promise<string> {
  program ??= build();
  return await program;
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'albatross-client-'));
  // mkdtemp makes it ours alone, and some tests run it as somebody else.
  chmodSync(folder, 0o755);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return await buildClient(folder);
}

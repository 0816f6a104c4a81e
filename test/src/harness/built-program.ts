import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { programFile } from '../../../deploy/foreground/src/programs.ts';

const building = new Map<string, Promise<string>>();

/** A program as one file: the one that was built for all tests, or one that is there until this process ends. */
export async function builtProgram(
  name: string,
  build: (folder: string) => Promise<string>,
): Promise<string> {
  const { ALBATROSS_PROGRAMS: folder } = env;
  if (folder !== undefined) return programFile(folder, name);
  const known = building.get(name) ?? build(ownFolder());
  building.set(name, known);
  return await known;
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'albatross-programs-'));
  // mkdtemp makes it ours alone, and some tests run programs as somebody else.
  chmodSync(folder, 0o755);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

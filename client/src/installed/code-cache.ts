import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import type { Script } from 'node:vm';
import { codeFile } from './read-program.ts';

/**
 * Keeps what V8 has made of a program by now. It would fall over what a power failure left of it, so it is synced.
 * Throws what `node:fs` throws.
 */
export async function keepCode(program: Script, file: string): Promise<void> {
  await writeFileAtomically(codeFile(file), program.createCachedData(), 0o644);
}

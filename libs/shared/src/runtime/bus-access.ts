import { readFileSync } from 'node:fs';
import { busUrlFile, keyFile, type Folders } from './folders.ts';
import { StartError } from './run.ts';

/** Where the bus is, and the seed that makes somebody an identity on it. */
export interface BusAccess {
  readonly url: string;
  readonly seed: string;
}

/** Throws `StartError` when there is no such file, it may not be read, or it is empty. */
export async function readBusAccess(folders: Folders, identity: string): Promise<BusAccess> {
  const url = await readLine(busUrlFile(folders), 'is albatross set up, and is this its folder?');
  const seed = await readLine(keyFile(folders, identity), `this is the key of ${identity}`);
  return { url, seed };
}

async function readLine(path: string, hint: string): Promise<string> {
  let line: string;
  try {
    // At once: a short command would wait longer for a thread to read it than for the file.
    line = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') throw new StartError(`you may not read ${path}; ${hint}`);
    throw new StartError(`${path} cannot be read (${String(code ?? error)}); ${hint}`);
  }
  if (line === '') throw new StartError(`${path} is empty; ${hint}`);
  return line;
}

import {
  KeyError,
  portIn,
  serverFiles,
  type ServerFiles,
} from '@albatross/shared/bus/server-files';
import { IDENTITIES, type Identity } from '@albatross/shared/contracts/identities';
import { busUrlFile, keyFile, type Folders } from '@albatross/shared/runtime/folders';
import { freePort } from '@albatross/shared/runtime/loopback-port';
import { StartError } from '@albatross/shared/runtime/run';
import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface BusFiles {
  readonly port: number;
  /** The configuration of nats-server. */
  readonly configFile: string;
}

/** Writes what the bus needs: keys (kept if there are some), configuration, and where it is. Throws `StartError`. */
export async function prepareBusFiles(folders: Folders): Promise<BusFiles> {
  await mkdir(dirname(keyFile(folders, 'admin')), { recursive: true, mode: 0o700 });
  const present: Partial<Record<Identity, string | null>> = {};
  for (const identity of IDENTITIES)
    present[identity] = await readIfThere(keyFile(folders, identity));
  const keys = present as Record<Identity, string | null>;
  const port = await freePort(await formerPort(folders));
  const configFile = join(folders.conf, 'nats.conf');
  const storeDir = join(folders.state, 'jetstream');
  await mkdir(storeDir, { recursive: true, mode: 0o700 });
  const files = filesOf({ port, storeDir, keys }, folders);
  for (const identity of IDENTITIES)
    if (keys[identity] === null)
      await writeFileAtomically(keyFile(folders, identity), files.keys[identity]);
  await writeFileAtomically(configFile, files.config);
  await writeFileAtomically(busUrlFile(folders), files.url);
  return { port, configFile };
}

function filesOf(options: Parameters<typeof serverFiles>[0], folders: Folders): ServerFiles {
  try {
    return serverFiles(options);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    const file = keyFile(folders, error.identity);
    throw new StartError(`${file} holds no key; remove it, and a new one is made`);
  }
}

/** Null when there is no such file: one that may not be read is not ours to replace. */
async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (why === 'ENOENT') return null;
    throw new StartError(
      `${file} cannot be read (${why}); did somebody else start albatross here?`,
    );
  }
}

/** The same as last time, if it is free: clients that are still there find the bus again. */
async function formerPort(folders: Folders): Promise<number> {
  return portIn(await readFile(busUrlFile(folders), 'utf8').catch(() => '')) ?? 0;
}

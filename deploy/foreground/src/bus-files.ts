import { generateKey, readKey } from '@albatross/shared/bus/keys';
import { renderServerConfig } from '@albatross/shared/bus/server-config';
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
  const keys: Partial<Record<Identity, string>> = {};
  for (const identity of IDENTITIES) keys[identity] = await publicKey(keyFile(folders, identity));
  const port = await freePort(await formerPort(folders));
  const configFile = join(folders.conf, 'nats.conf');
  const storeDir = join(folders.state, 'jetstream');
  await mkdir(storeDir, { recursive: true, mode: 0o700 });
  const text = renderServerConfig({ port, storeDir, keys: keys as Record<Identity, string> });
  await writeFileAtomically(configFile, text);
  await writeFileAtomically(busUrlFile(folders), `nats://127.0.0.1:${port}\n`);
  return { port, configFile };
}

async function publicKey(file: string): Promise<string> {
  const seed = await readIfThere(file);
  if (seed === null) {
    const key = generateKey();
    await writeFileAtomically(file, `${key.seed}\n`);
    return key.publicKey;
  }
  try {
    return readKey(seed).publicKey;
  } catch {
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
  const url = await readFile(busUrlFile(folders), 'utf8').catch(() => '');
  return Number(/:(\d{1,5})\s*$/.exec(url)?.[1] ?? 0);
}

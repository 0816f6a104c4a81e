import type { ServerFiles } from '@albatross/shared/bus/server-files';
import { IDENTITIES, type Identity } from '@albatross/shared/contracts/identities';
import { busUrlFile, keyFile, type Folders } from '@albatross/shared/runtime/folders';
import { join } from 'node:path';
import { BUS_USER, PEOPLE, USERS } from './accounts.ts';
import type { Folder, Place, PlainFile } from './place.ts';

/** Who owns what, and who else may read it; a folder stands before what is in it. */
export function placesOf(
  folders: Folders,
  bus: ServerFiles,
  authority: AuthorityPlace | null,
): readonly Place[] {
  const { conf, state } = folders;
  const tls = tlsFiles(conf);
  const gateway = USERS['tls-gateway'];
  return [
    folder(conf, 'root', 0o755),
    folder(join(conf, 'keys'), 'root', 0o755),
    folder(tls.folder, 'root', 0o755),
    folder(tls.revocations, 'root', 0o755),
    ...(authority === null ? [] : [folder(authority.folder, 'root', 0o700)]),
    folder(state, 'root', 0o755),
    folder(join(state, 'console'), USERS.console, 0o750),
    folder(storeFolder(folders), BUS_USER, 0o700),
    folder(join(state, 'influx-bridge'), USERS['influx-bridge'], 0o750),
    ...IDENTITIES.map((identity) => keyPlace(folders, identity, bus.keys[identity])),
    file(natsFile(conf), 'root', BUS_USER, 0o640, bus.config),
    file(busUrlFile(folders), 'root', 'root', 0o644, bus.url),
    file(tls.authority, 'root', 'root', 0o644, null),
    file(tls.certificate, 'root', 'root', 0o644, null),
    file(tls.key, 'root', gateway, 0o640, null),
  ];
}

/** Where the key of an authority is, until it is taken off this host. */
export interface AuthorityPlace {
  readonly folder: string;
  readonly database: string;
}

export function authorityPlace(conf: string): AuthorityPlace {
  const folder = join(conf, 'ca');
  return { folder, database: join(folder, 'ca.db') };
}

/** As the TLS gateway looks for them. */
export function tlsFiles(conf: string) {
  const folder = join(conf, 'tls');
  return {
    folder,
    revocations: join(folder, 'crls'),
    authority: join(folder, 'cacert.pem'),
    certificate: join(folder, 'server.pem'),
    key: join(folder, 'server.key'),
  };
}

export function natsFile(conf: string): string {
  return join(conf, 'nats.conf');
}

/** Of the streams of nats-server. */
export function storeFolder({ state }: Folders): string {
  return join(state, 'jetstream');
}

/** A key is for its process alone; those of no process are for people. */
function keyPlace(folders: Folders, identity: Identity, text: string): PlainFile {
  const path = keyFile(folders, identity);
  const user = Object.entries(USERS).find(([process]) => process === identity)?.[1];
  const ownership =
    user === undefined
      ? { user: 'root', group: PEOPLE, mode: 0o640 }
      : { user, group: user, mode: 0o400 };
  return { kind: 'file', path, ...ownership, text, isKept: true };
}

function folder(path: string, user: string, mode: number): Folder {
  return { kind: 'folder', path, user, group: user, mode };
}

function file(
  path: string,
  user: string,
  group: string,
  mode: number,
  text: string | null,
): PlainFile {
  return { kind: 'file', path, user, group, mode, text, isKept: false };
}

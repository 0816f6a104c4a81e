import { IDENTITIES, type Identity, type Tenant } from '../contracts/identities.ts';
import type { PathName } from '../domain/name.ts';
import { permissionsOf, tenantPermissions, type Permissions } from './permissions.ts';
import { STATS_BYTES_MAX } from './stats-stream.ts';

/** Bytes of one message. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Bytes the server keeps for a client that does not read them, and how long, before it is cut off. */
export const PENDING_BYTES_MAX = 64 * 1024 * 1024;
export const WRITE_DEADLINE_MS = 2_000;
/** How long a client may take to say who it is: a process that starts on a busy machine takes its time. */
export const AUTHENTICATION_MS_MAX = 15_000;

/** No stream is kept in memory; zero would stand for most of the machine's. */
export const STREAM_MEMORY_BYTES_MAX = 1024 * 1024;

export interface ServerConfig {
  readonly port: number;
  /** The folder where it keeps streams; absolute. */
  readonly storeDir: string;
  /** Public nkeys. */
  readonly keys: Readonly<Record<Identity, string>>;
  /** Users of this machine with keys of their own, each for the path he rules. */
  readonly tenants?: readonly TenantUser[];
}

export interface TenantUser {
  readonly tenant: Tenant;
  /** Not the root. */
  readonly path: PathName;
  readonly publicKey: string;
}

/**
 * The configuration of our nats-server: loopback only, one nkey per identity, permissions from the
 * contracts. `write_deadline` and `max_pending` were measured: a follower that stops reading is cut off
 * after two seconds and never stalls who publishes. On the disk there is room for the stream of samples.
 */
export function renderServerConfig({ port, storeDir, keys, tenants = [] }: ServerConfig): string {
  const users = [
    ...IDENTITIES.map((identity) => renderUser(keys[identity], permissionsOf(identity))),
    ...tenants.map(({ tenant, path, publicKey }) =>
      renderUser(publicKey, tenantPermissions(tenant, path)),
    ),
  ];
  return `# Written by albatross; changes are overwritten.
host: 127.0.0.1
port: ${port}
server_name: albatross
max_payload: ${MESSAGE_BYTES_MAX}
max_pending: ${PENDING_BYTES_MAX}
write_deadline: "${WRITE_DEADLINE_MS}ms"
jetstream {
  store_dir: ${JSON.stringify(storeDir)}
  max_memory_store: ${STREAM_MEMORY_BYTES_MAX}
  max_file_store: ${STATS_BYTES_MAX}
}
authorization {
  timeout: ${AUTHENTICATION_MS_MAX / 1_000}
  users: [
${users.join('\n')}
  ]
}
`;
}

/** To nats-server an empty publish list means everything, so who may publish nothing is denied everything. */
function renderUser(publicKey: string, { publish, subscribe }: Permissions): string {
  const publishRule = publish.length === 0 ? '{ deny: ">" }' : `{ allow: ${list(publish)} }`;
  return `    { nkey: ${publicKey}, permissions: { publish: ${publishRule}, subscribe: { allow: ${list(subscribe)} } } }`;
}

const list = (subjects: readonly string[]): string => JSON.stringify(subjects);

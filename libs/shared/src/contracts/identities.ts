/**
 * Who may speak on the bus. An identity is one token of a subject, one nkey, one inbox prefix.
 * `watcher` and `observer` are for external taps: they may publish nothing, and see all feeds, or samples only.
 */
export const IDENTITIES = [
  'supervisor',
  'console',
  'stats',
  'influx-bridge',
  'tls-gateway',
  'local-gateway',
  'admin',
  'watcher',
  'observer',
] as const;

export type Identity = (typeof IDENTITIES)[number];

/** The processes that serve requests. */
export type ServiceName = Extract<Identity, 'supervisor' | 'console' | 'stats'>;

/** The processes that tell of themselves in heartbeats. */
export const PROCESSES = [
  'supervisor',
  'console',
  'stats',
  'influx-bridge',
  'tls-gateway',
  'local-gateway',
] as const satisfies readonly Identity[];

export type ProcessName = (typeof PROCESSES)[number];

/** What lets others in: over TLS, and on the original's sockets. They ask in the name of their clients. */
export const GATEWAYS = ['tls-gateway', 'local-gateway'] as const satisfies readonly ProcessName[];

export type Gateway = (typeof GATEWAYS)[number];

export function isGateway(caller: string): caller is Gateway {
  return (GATEWAYS as readonly string[]).includes(caller);
}

/** Somebody of this machine who rules one path: has a key of his own, and asks in his own name. */
export type Tenant = `tenant-${string}`;

/** Whoever may have a key. */
export type KeyHolder = Identity | Tenant;

export function isKeyHolder(text: string): text is KeyHolder {
  return (IDENTITIES as readonly string[]).includes(text) || isTenant(text);
}

export function isTenant(text: string): text is Tenant {
  return /^tenant-[a-z0-9-]{1,56}$/.test(text);
}

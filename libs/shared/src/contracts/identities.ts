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

export function isGateway(identity: Identity): identity is Gateway {
  return (GATEWAYS as readonly Identity[]).includes(identity);
}

export function isIdentity(text: string): text is Identity {
  return (IDENTITIES as readonly string[]).includes(text);
}

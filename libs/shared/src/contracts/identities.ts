/**
 * Who may speak on the bus. An identity is one token of a subject, one nkey, one inbox prefix.
 * `watcher` is for external taps: it sees the feeds and may publish nothing.
 */
export const IDENTITIES = ['supervisor', 'console', 'admin', 'watcher'] as const;

export type Identity = (typeof IDENTITIES)[number];

/** The processes that serve requests. */
export type ServiceName = Extract<Identity, 'supervisor' | 'console'>;

/** The processes that tell of themselves in heartbeats. */
export const PROCESSES = ['supervisor', 'console'] as const satisfies readonly Identity[];

export type ProcessName = (typeof PROCESSES)[number];

export function isIdentity(text: string): text is Identity {
  return (IDENTITIES as readonly string[]).includes(text);
}

import type { ProcessName } from '@albatross/shared/contracts/identities';

/** The people who may give orders on this host. */
export const PEOPLE = 'albatross';

/** Of nats-server. */
export const BUS_USER = 'albatross-nats';

/** Whom each process runs as; supervisor makes taps and users for tenders, which takes root. */
export const USERS = {
  supervisor: 'root',
  console: 'albatross-console',
  stats: 'albatross-stats',
  'influx-bridge': 'albatross-influx',
  'tls-gateway': 'albatross-tls',
  'local-gateway': 'albatross-local',
} as const satisfies Readonly<Record<ProcessName, string>>;

/** Users to be made, each with a group of its name, without a shell and a home. */
export const OWN_USERS: readonly string[] = [
  BUS_USER,
  ...Object.values(USERS).filter((user) => user !== 'root'),
];

/** Groups to be made. */
export const OWN_GROUPS: readonly string[] = [PEOPLE, ...OWN_USERS];

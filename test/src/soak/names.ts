import type { EventRecord } from '@albatross/shared/contracts/event';

/** Where the floods are, and who asks over TLS; all else is of the clients that choose at random. */
export const FLOODS = 'flood:';
export const TENANT = 'tenant';
export const OTHERS = [FLOODS, `${TENANT}:`] as const;
/** What the ids of those clients' requests begin with; all others are random. */
const CLIENT_ID = 'seed';

/** Whether it happened to what only they change, on their request or by itself. */
export function isOfClients({ name, requestId }: EventRecord): boolean {
  if (requestId !== null && !requestId.startsWith(CLIENT_ID)) return false;
  return !OTHERS.some((path) => name.startsWith(path));
}

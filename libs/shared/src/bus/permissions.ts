import { FEEDS, REQUESTS } from '../contracts/catalogue.ts';
import type { Identity } from '../contracts/identities.ts';
import { requestPattern } from '../contracts/request.ts';

/** Subjects an identity may publish and subscribe. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What each identity must be able to do, and nothing else; made from the contracts. */
export function permissionsOf(identity: Identity): Permissions {
  switch (identity) {
    case 'supervisor':
    case 'console':
      return {
        publish: ['_INBOX.*.>', ...feedsOf(identity)],
        subscribe: [
          inbox(identity),
          '$SRV.>',
          ...REQUESTS.filter((request) => request.service === identity).map(requestPattern),
        ],
      };
    case 'admin':
      return {
        publish: ['albatross.v1.cmd.admin.>', '$SRV.>'],
        subscribe: [inbox(identity), ...feedsOf(null)],
      };
    case 'watcher':
      return { publish: [], subscribe: [inbox(identity), ...feedsOf(null)] };
  }
}

const inbox = (identity: Identity): string => `_INBOX.${identity}.>`;

function feedsOf(publisher: Identity | null): string[] {
  return FEEDS.filter((feed) => publisher === null || feed.publisher === publisher).map(
    (feed) => `albatross.v1.${feed.kind}.>`,
  );
}

import { FEEDS, REQUESTS } from '../contracts/catalogue.ts';
import { isProcessFeed, processSubject, type FeedContract } from '../contracts/feed.ts';
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
        publish: ['_INBOX.*.>', ...ownFeeds(identity)],
        subscribe: [
          inbox(identity),
          '$SRV.>',
          ...REQUESTS.filter((request) => request.service === identity).map(requestPattern),
        ],
      };
    case 'admin':
      return {
        publish: ['albatross.v1.cmd.admin.>', '$SRV.>'],
        subscribe: [inbox(identity), ...FEEDS.map(everythingOf)],
      };
    case 'watcher':
      return { publish: [], subscribe: [inbox(identity), ...FEEDS.map(everythingOf)] };
  }
}

const inbox = (identity: Identity): string => `_INBOX.${identity}.>`;

/** What an identity publishes. */
function ownFeeds(identity: Identity): string[] {
  return FEEDS.flatMap((feed) => {
    if (!isProcessFeed(feed)) return feed.publisher === identity ? [everythingOf(feed)] : [];
    const process = feed.publishers.find((one) => one === identity);
    return process === undefined ? [] : [processSubject(feed, process)];
  });
}

const everythingOf = ({ kind }: FeedContract): string => `albatross.v1.${kind}.>`;

import {
  FEEDS,
  GATEWAY_REQUESTS,
  REQUESTS,
  TENANT_FEEDS,
  TENANT_REQUESTS,
} from '../contracts/catalogue.ts';
import { consoleFeed } from '../contracts/console.ts';
import {
  feedPattern,
  isProcessFeed,
  processSubject,
  type FeedContract,
} from '../contracts/feed.ts';
import { heartbeatFeed } from '../contracts/heartbeat.ts';
import type { Gateway, Identity, KeyHolder, ServiceName, Tenant } from '../contracts/identities.ts';
import { requestPattern } from '../contracts/request.ts';
import { statsFeed } from '../contracts/stats.ts';
import { ROOT, type PathName } from '../domain/name.ts';
import { STATS_STREAM_API } from './stats-stream.ts';

/** Subjects an identity may publish and subscribe. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What each identity must be able to do, and nothing else; made from the contracts. */
export function permissionsOf(identity: Identity): Permissions {
  switch (identity) {
    case 'supervisor':
      return {
        publish: [...asService(identity), ...Object.values(STATS_STREAM_API.make)],
        subscribe: [inbox(identity), '$SRV.>', ...requestsOf(identity)],
      };
    case 'console':
      return {
        publish: asService(identity),
        subscribe: [inbox(identity), '$SRV.>', ...requestsOf(identity)],
      };
    case 'stats':
      return {
        publish: asService(identity),
        subscribe: [
          inbox(identity),
          '$SRV.>',
          ...requestsOf(identity),
          everythingOf(heartbeatFeed),
        ],
      };
    case 'influx-bridge':
      return {
        publish: [...ownFeeds(identity), ...readerOfStats()],
        subscribe: [inbox(identity), everythingOf(heartbeatFeed)],
      };
    case 'tls-gateway':
    case 'local-gateway':
      return {
        publish: [...ownFeeds(identity), ...asksFor(identity)],
        subscribe: [inbox(identity), everythingOf(consoleFeed), everythingOf(statsFeed)],
      };
    case 'admin':
      return {
        publish: ['albatross.v1.cmd.admin.>', '$SRV.>'],
        subscribe: [inbox(identity), ...FEEDS.map(everythingOf)],
      };
    case 'watcher':
      return { publish: [], subscribe: [inbox(identity), ...FEEDS.map(everythingOf)] };
    case 'observer':
      return { publish: [], subscribe: [inbox(identity), everythingOf(statsFeed)] };
  }
}

/**
 * The same of somebody who rules `path`, which is not the root, and everything below: he hears of nothing
 * else, and nothing else can be named in what he asks. His own policy is addressed by the labels of the path,
 * and `foo` is none of `foo.>`. Nor may he ask anything of JetStream, which says things in anybody's name.
 * Throws `RangeError` for the root.
 */
export function tenantPermissions(tenant: Tenant, path: PathName): Permissions {
  if (path === ROOT) throw new RangeError('a tenant rules a path below the root; admin rules all');
  return {
    publish: TENANT_REQUESTS.map((request) => requestPattern(request, tenant, path)),
    subscribe: [inbox(tenant), ...TENANT_FEEDS.map((feed) => feedPattern(feed, path))],
  };
}

const inbox = (identity: KeyHolder): string => `_INBOX.${identity}.>`;

const requestsOf = (service: ServiceName): readonly string[] =>
  REQUESTS.filter((request) => request.service === service).map((request) =>
    requestPattern(request),
  );

/** Answers, and what it tells. */
const asService = (identity: ServiceName): readonly string[] => [
  '_INBOX.*.>',
  ...ownFeeds(identity),
];

/** Asks for what is kept, and says what needs not be kept any longer. */
function readerOfStats(): readonly string[] {
  const { info, next, acknowledge } = STATS_STREAM_API.read;
  return [info, next, `${acknowledge}>`];
}

const asksFor = (gateway: Gateway): readonly string[] =>
  GATEWAY_REQUESTS[gateway].map((request) => requestPattern(request, gateway));

/** What an identity publishes. */
function ownFeeds(identity: Identity): string[] {
  return FEEDS.flatMap((feed) => {
    if (!isProcessFeed(feed)) return feed.publisher === identity ? [everythingOf(feed)] : [];
    const process = feed.publishers.find((one) => one === identity);
    return process === undefined ? [] : [processSubject(feed, process)];
  });
}

const everythingOf = ({ kind }: FeedContract): string => `albatross.v1.${kind}.>`;

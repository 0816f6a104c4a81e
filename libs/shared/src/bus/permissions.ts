import { FEEDS, GATEWAY_REQUESTS, REQUESTS } from '../contracts/catalogue.ts';
import { consoleFeed } from '../contracts/console.ts';
import { isProcessFeed, processSubject, type FeedContract } from '../contracts/feed.ts';
import { heartbeatFeed } from '../contracts/heartbeat.ts';
import type { Gateway, Identity, ServiceName } from '../contracts/identities.ts';
import { requestPattern } from '../contracts/request.ts';
import { statsFeed } from '../contracts/stats.ts';
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

const inbox = (identity: Identity): string => `_INBOX.${identity}.>`;

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

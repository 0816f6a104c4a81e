import type { z } from 'zod';
import { isPathName, labelTokens, subjectTokens, type Name } from '../domain/name.ts';
import type { ServiceName } from './identities.ts';

/**
 * ```abnf
 * subject = "albatross.v1." kind "." name-tokens
 * ```
 *
 * Feeds only hurry things: whoever must not miss anything numbers its messages and keeps the history.
 */
export interface FeedContract<Message extends z.ZodType = z.ZodType> {
  readonly kind: string;
  readonly publisher: ServiceName;
  readonly summary: string;
  readonly message: Message;
}

export type MessageOf<F extends FeedContract> = z.output<F['message']>;

export function defineFeed<Message extends z.ZodType>(
  feed: FeedContract<Message>,
): FeedContract<Message> {
  return feed;
}

export function feedSubject(feed: FeedContract, name: Name): string {
  return `albatross.v1.${feed.kind}.${subjectTokens(name)}`;
}

/** What to subscribe for one unikernel, or for everything at and below a path. */
export function feedPattern(feed: FeedContract, name: Name): string {
  if (!isPathName(name)) return feedSubject(feed, name);
  return ['albatross.v1', feed.kind, ...labelTokens(name), '>'].join('.');
}

import { isPathName, labelTokens, subjectTokens, type Name } from '../domain/name.ts';
import type { ProcessName, ServiceName } from './identities.ts';
import type * as z from './schema.ts';

/**
 * ```abnf
 * subject = "albatross.v1." kind "." ([variant "."] name-tokens / process)
 * ```
 *
 * Feeds only hurry things: whoever must not miss anything numbers its messages and keeps the history.
 */
export type FeedContract = NameFeed | ProcessFeed;

/** What one process tells about names. */
export interface NameFeed<Message extends z.ZodMiniType = z.ZodMiniType> {
  readonly kind: string;
  /** The field of a message that is a token of its subject. */
  readonly variant?: string;
  readonly publisher: ServiceName;
  readonly summary: string;
  readonly message: Message;
}

/** What each of several processes tells about itself; the bus lets none speak for another. */
export interface ProcessFeed<Message extends AboutProcess = AboutProcess> {
  readonly kind: string;
  readonly publishers: readonly ProcessName[];
  readonly summary: string;
  readonly message: Message;
}

type AboutProcess = z.ZodMiniType<{ readonly process: ProcessName }>;

export type MessageOf<F extends FeedContract> = z.output<F['message']>;

export function defineFeed<Message extends z.ZodMiniType>(
  feed: NameFeed<Message>,
): NameFeed<Message> {
  return feed;
}

export function defineProcessFeed<Message extends AboutProcess>(
  feed: ProcessFeed<Message>,
): ProcessFeed<Message> {
  return feed;
}

export function isProcessFeed(feed: FeedContract): feed is ProcessFeed {
  return 'publishers' in feed;
}

/** `*`: what to subscribe for all of them. */
export function processSubject(feed: ProcessFeed, process: ProcessName | '*'): string {
  return `albatross.v1.${feed.kind}.${process}`;
}

/** `variant`: for a feed that has one, of `variantOf`. */
export function feedSubject(feed: NameFeed, name: Name, variant?: string): string {
  // Spelled out: as many are made as there are messages.
  const tokens = subjectTokens(name);
  return feed.variant === undefined
    ? `albatross.v1.${feed.kind}.${tokens}`
    : `albatross.v1.${feed.kind}.${variant ?? ''}.${tokens}`;
}

/** What to subscribe for one unikernel, or for everything at and below a path; of all variants. */
export function feedPattern(feed: NameFeed, name: Name): string {
  if (!isPathName(name)) return feedSubject(feed, name, '*');
  const variant = feed.variant === undefined ? [] : ['*'];
  return ['albatross.v1', feed.kind, ...variant, ...labelTokens(name), '>'].join('.');
}

/** The variant of a message; undefined for a feed without. */
export function variantOf<F extends NameFeed>(feed: F, message: MessageOf<F>): string | undefined {
  return feed.variant === undefined
    ? undefined
    : String((message as Readonly<Record<string, unknown>>)[feed.variant]);
}

import { TENDER_TARGETS } from '../domain/unikernel.ts';
import { historyStart } from './console.ts';
import { defineFeed } from './feed.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import { exit } from './unikernel-list.ts';
import * as z from './schema.ts';

/** Events in one page of the log, and the bytes of them all. */
export const EVENTS_PER_PAGE_MAX = 512;
export const EVENTS_PAGE_BYTES_MAX = 256 * 1024;

/** What every event has. */
const common = {
  /** The place in the one sequence of the host, which survives restarts. Whoever has seen it has seen the event. */
  seq: z.int().check(z.positive()),
  /** Names the event for ever. */
  id: z
    .string()
    .check(z.regex(/^[0-9a-f]{16}$/, 'the id of an event is 16 lower-case hexadecimal digits')),
  at: field.time,
  /** What it happened to; the root for what is about the whole host. */
  name: field.name,
  /**
   * Who did it: an identity, `supervisor` for what nobody asked for, `tls:<fingerprint>;<names>` for who
   * came through a gateway, `*` for several together.
   */
  actor: z.string(),
  /** Of the request that brought it about. */
  requestId: z.nullable(z.string()),
};

/**
 * Everything that is worth remembering: a closed set. What is in the log has happened, whether or not the
 * bus was there to tell of it. No event holds a unikernel's arguments, which may be secrets.
 */
export const eventRecord = z.discriminatedUnion('type', [
  event('supervisor-started', { version: z.string() }),
  /** A life that went on while no supervisor was there. */
  event('adopted', { life: field.count, pid: z.int().check(z.positive()) }),
  event('created', {
    digest: field.sha256,
    target: z.enum(TENDER_TARGETS),
    memoryMib: field.count,
    /** Whether there was one of this name, which it took the place of. */
    replaced: z.boolean(),
  }),
  /** Somebody asked for it: it was ended first if it ran. */
  event('restarted', {
    /** Whether it has another configuration since. */
    changed: z.boolean(),
  }),
  event('started', {
    life: field.count,
    pid: z.int().check(z.positive()),
    /** Interfaces on the host. */
    taps: z.array(z.string()),
  }),
  event('exited', { life: field.count, exit, lifetimeMs: field.count }),
  event('restarting', { delayMs: field.count, attempt: field.count }),
  event('failed', { why: z.string() }),
  event('stopped', {}),
  event('destroyed', {}),
  event('refused', {
    /** `unikernel.create` */
    request: z.string(),
    code: z.string(),
    /** Repetitions are told together. */
    times: z.int().check(z.positive()),
  }),
  event('policy-set', {
    unikernels: field.count,
    memoryMib: field.count,
    cpus: z.array(field.count),
    /** Null: no block devices. */
    blockMib: z.nullable(field.count),
    bridges: z.array(z.string()),
  }),
  event('policy-removed', {}),
  event('block-created', { sizeMib: field.count }),
  event('block-removed', {}),
  event('block-set', {}),
  event('block-dumped', {}),
  /** So many events are missing here: the disk did not take them. */
  event('lost', { count: z.int().check(z.positive()) }),
]);

export type EventRecord = z.output<typeof eventRecord>;

/** An event before it is recorded. One that may have been recorded already has an id. */
export type EventDraft = DraftOf<EventRecord>;

type DraftOf<E extends EventRecord> = E extends EventRecord
  ? Omit<E, 'seq' | 'at' | 'id'> & { readonly id?: string }
  : never;

export const EVENT_TYPES = eventRecord.def.options.flatMap(({ shape }) => shape.type.def.values);

export const listEvents = defineRequest({
  service: 'supervisor',
  noun: 'event',
  verb: 'list',
  summary:
    'What happened to a unikernel, or at and below a path, oldest first; page by page. Of an `after` less than `first` - 1, events in between are not kept any more.',
  body: z.strictObject({ name: field.name, from: historyStart }),
  reply: z.object({
    events: z.array(eventRecord),
    /** More can be had with `after` the last event. When false, there is nothing else up to `last`. */
    more: z.boolean(),
    /** Number of the oldest event of the host that is still kept; null when there is none. */
    first: z.nullable(z.int().check(z.positive())),
    /** Number of its newest. */
    last: z.nullable(z.int().check(z.positive())),
  }),
  failures: [],
  deadlineMs: 10_000,
});

export const eventFeed = defineFeed({
  kind: 'event',
  variant: 'type',
  publisher: 'supervisor',
  summary:
    'Events as they are recorded. Whoever must not miss any asks the log, and takes these for hints: the numbers are those of the whole host, so a step in them says nothing.',
  message: eventRecord,
});

function event<const Type extends string, Shape extends z.core.$ZodShape>(
  type: Type,
  shape: Shape,
) {
  return z.object({ ...common, type: z.literal(type), ...shape });
}

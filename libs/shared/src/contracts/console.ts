import * as field from './fields.ts';
import { defineFeed } from './feed.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

/** Bytes kept of one console line; a longer one is cut there and marked. */
export const LINE_BYTES_MAX = 4096;
/** Lines and markers in one feed message or one page of history. */
export const ENTRIES_PER_MESSAGE_MAX = 256;

/**
 * One entry of a console's history. Entries of one name are numbered without gaps, over all its lives,
 * so "history, then follow" neither misses nor repeats one.
 */
export const consoleEntry = z.object({
  seq: z.int().check(z.positive()),
  at: field.time,
  entry: z.discriminatedUnion('kind', [
    /** A line of the guest or its tender; the bytes need not be UTF-8. */
    z.object({ kind: z.literal('line'), bytes: field.bytes, truncated: z.boolean() }),
    /** A life began. */
    z.object({ kind: z.literal('boot'), life: field.count }),
    /** A life ended. `why` is `describeExit`'s text. */
    z.object({ kind: z.literal('exit'), life: field.count, why: z.string() }),
    /** Something may be missing here; `why` says what happened. */
    z.object({ kind: z.literal('gap'), why: z.string() }),
    /** So many lines came faster than is kept, and were thrown away here. */
    z.object({ kind: z.literal('dropped'), lines: field.count }),
  ]),
});

export type ConsoleEntry = z.output<typeof consoleEntry>;

/** Where to begin in anything that is numbered and kept. */
export const historyStart = z.discriminatedUnion('kind', [
  /** The newest `count` entries. */
  z.strictObject({ kind: z.literal('count'), count: field.count }),
  /** Everything from that moment on. */
  z.strictObject({ kind: z.literal('since'), at: field.time }),
  /** Everything behind that entry. */
  z.strictObject({ kind: z.literal('after'), seq: field.count }),
]);

export type HistoryStart = z.output<typeof historyStart>;

export const consoleHistory = defineRequest({
  service: 'console',
  noun: 'console',
  verb: 'history',
  summary: 'What a unikernel printed, oldest first; page by page.',
  body: z.strictObject({
    name: field.unikernelName,
    from: historyStart,
  }),
  reply: z.object({
    entries: z.array(consoleEntry),
    /** More can be had with `after` the last entry. */
    more: z.boolean(),
  }),
  failures: ['CONSOLE_NOT_FOUND'],
  deadlineMs: 10_000,
});

/** Consoles in one page of a list. */
export const CONSOLES_PER_PAGE_MAX = 256;

const consoleSummary = z.object({
  name: field.unikernelName,
  /** Whether its newest life is read now; one that is not is kept until it is forgotten. */
  isActive: z.boolean(),
  /** On the disk. */
  bytes: field.count,
  /** When something was last read or marked. */
  lastAt: field.time,
});

export type ConsoleSummary = z.output<typeof consoleSummary>;

export const listConsoles = defineRequest({
  service: 'console',
  noun: 'console',
  verb: 'list',
  summary: 'The consoles at and below a path, sorted by name; page by page.',
  body: z.strictObject({
    name: field.pathName,
    /** Those behind this one. */
    after: z.optional(field.unikernelName),
  }),
  reply: z.object({
    consoles: z.array(consoleSummary).check(z.maxLength(CONSOLES_PER_PAGE_MAX)),
    /** More can be had with `after` this one. */
    next: z.nullable(field.unikernelName),
  }),
  failures: [],
  deadlineMs: 10_000,
});

export const consoleFeed = defineFeed({
  kind: 'console',
  publisher: 'console',
  summary:
    'Lines as they are printed. Whoever sees a step in the numbers asks the history for the rest.',
  message: z.object({
    name: field.unikernelName,
    entries: z.array(consoleEntry).check(z.minLength(1)),
  }),
});

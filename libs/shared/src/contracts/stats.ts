import { defineFeed } from './feed.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

/** Samples, or paths, in one page of a list. */
export const SAMPLES_PER_PAGE_MAX = 128;

/** One direction of a tap. Counters since the tap was made. */
const traffic = z.object({
  bytes: field.count,
  packets: field.count,
  errors: field.count,
  dropped: field.count,
});

const netSample = z.object({
  /** The guest's name of the net. */
  name: z.string(),
  /** The host's. */
  tap: z.string(),
  mtu: field.count,
  /** As `SIOCGIFFLAGS` tells them. */
  flags: field.count,
  fromGuest: traffic,
  toGuest: traffic,
  multicastFromGuest: field.count,
  collisions: field.count,
});

export type NetSample = z.output<typeof netSample>;

/** What the kernel tells of the tender's process. Null: it did not, or not to us. Counters since it began. */
const processSample = z.object({
  utimeUs: field.count,
  stimeUs: field.count,
  /** CPUs it kept busy since the sample before: 0.5 is half of one. Null in the first sample. */
  cpuShare: z.nullable(z.number().check(z.nonnegative())),
  minorFaults: field.count,
  majorFaults: field.count,
  threads: field.count,
  vsizeBytes: field.count,
  rssBytes: field.count,
  /** The most `rssBytes` ever was. */
  maxRssBytes: z.nullable(field.count),
  textBytes: z.nullable(field.count),
  /** Data and stack. */
  dataBytes: z.nullable(field.count),
  swaps: field.count,
  voluntarySwitches: z.nullable(field.count),
  involuntarySwitches: z.nullable(field.count),
  /** From and to disks. */
  readBytes: z.nullable(field.count),
  writtenBytes: z.nullable(field.count),
});

export type ProcessSample = z.output<typeof processSample>;

/** What one unikernel took, seen from the host. */
export const sample = z.object({
  name: field.unikernelName,
  /** Null for a process that somebody named by hand. */
  life: z.nullable(field.count),
  at: field.time,
  pid: z.int().check(z.positive()),
  /** When the process began. */
  startedAt: field.time,
  /** Of a page of memory on this machine. */
  pageBytes: field.count,
  process: processSample,
  /** KVM's counters of its virtual machine, by their names; null where there is none, or we may not read them. */
  kvm: z.nullable(z.record(z.string(), z.number())),
  /** A tap that is gone is left out. */
  nets: z.array(netSample),
});

export type Sample = z.output<typeof sample>;

export const statsFeed = defineFeed({
  kind: 'stats',
  publisher: 'stats',
  summary:
    'What each running unikernel takes, once an interval. The bus keeps a bounded history of it in the stream `STATS`.',
  message: sample,
});

export const listStats = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'list',
  summary:
    'The newest sample of one unikernel, or of each at and below a path, sorted by name; page by page.',
  body: z.strictObject({
    name: field.name,
    /** Those behind this one. */
    after: z.optional(field.unikernelName),
  }),
  reply: z.object({
    samples: z.array(sample).check(z.maxLength(SAMPLES_PER_PAGE_MAX)),
    /** More can be had with `after` this one. */
    next: z.nullable(field.unikernelName),
    /** Between two samples. */
    intervalMs: z.int().check(z.positive()),
  }),
  failures: [],
  deadlineMs: 10_000,
});

const notEmpty = z.string().check(z.minLength(1));

export const addProcess = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'add',
  summary: 'Samples a process that no supervisor of ours started, until it ends.',
  body: z.strictObject({
    name: field.unikernelName,
    pid: z.int().check(z.positive()),
    nets: z.array(z.strictObject({ name: notEmpty, tap: notEmpty })).check(z.maxLength(64)),
  }),
  reply: field.done,
  failures: ['STATS_EXISTS', 'PROCESS_NOT_FOUND'],
  deadlineMs: 10_000,
});

export const removeProcess = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'remove',
  summary: 'Ends what `stats.add` began.',
  body: z.strictObject({ name: field.unikernelName }),
  reply: field.done,
  failures: ['STATS_NOT_FOUND'],
  deadlineMs: 10_000,
});

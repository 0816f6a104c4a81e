import { z } from 'zod';
import { defineFeed } from './feed.ts';
import * as field from './fields.ts';
import { domainUse } from './heartbeat.ts';
import { defineRequest } from './request.ts';

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
  cpuShare: z.number().nonnegative().nullable(),
  minorFaults: field.count,
  majorFaults: field.count,
  threads: field.count,
  vsizeBytes: field.count,
  rssBytes: field.count,
  /** The most `rssBytes` ever was. */
  maxRssBytes: field.count.nullable(),
  textBytes: field.count.nullable(),
  /** Data and stack. */
  dataBytes: field.count.nullable(),
  swaps: field.count,
  voluntarySwitches: field.count.nullable(),
  involuntarySwitches: field.count.nullable(),
  /** From and to disks. */
  readBytes: field.count.nullable(),
  writtenBytes: field.count.nullable(),
});

export type ProcessSample = z.output<typeof processSample>;

/** What one unikernel took, seen from the host. */
export const sample = z.object({
  name: field.unikernelName,
  /** Null for a process that somebody named by hand. */
  life: field.count.nullable(),
  at: field.time,
  pid: z.number().int().positive(),
  /** When the process began. */
  startedAt: field.time,
  /** Of a page of memory on this machine. */
  pageBytes: field.count,
  process: processSample,
  /** KVM's counters of its virtual machine, by their names; null where there is none, or we may not read them. */
  kvm: z.record(z.string(), z.number()).nullable(),
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
    after: field.unikernelName.optional(),
  }),
  reply: z.object({
    samples: z.array(sample).max(SAMPLES_PER_PAGE_MAX),
    /** More can be had with `after` this one. */
    next: field.unikernelName.nullable(),
    /** Between two samples. */
    intervalMs: z.number().int().positive(),
  }),
  failures: [],
  deadlineMs: 10_000,
});

/** The machine itself. */
const hostSample = z.object({
  at: field.time,
  cpus: z.number().int().positive(),
  /** CPUs that were busy since the sample before; null in the first one. */
  cpuShare: z.number().nonnegative().nullable(),
  /** Of the last 1, 5 and 15 minutes. */
  load: z.array(z.number().nonnegative()).length(3),
  memoryBytes: field.count,
  memoryAvailableBytes: field.count,
  uptimeS: z.number().nonnegative(),
});

export type HostSample = z.output<typeof hostSample>;

/** What is taken at and below a path, and what its policy allows. */
const pathSample = z.object({
  path: field.pathName,
  /** That were sampled. */
  processes: field.count,
  cpuShare: z.number().nonnegative(),
  rssBytes: field.count,
  fromGuestBytes: field.count,
  toGuestBytes: field.count,
  /** As the supervisor told last; null when it did not yet. */
  policy: domainUse.pick({ maximum: true, used: true }).nullable(),
});

export type PathSample = z.output<typeof pathSample>;

export const hostStats = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'host',
  summary: 'What the machine takes as a whole, and each path at and below one; page by page.',
  body: z.strictObject({ name: field.pathName, after: field.pathName.optional() }),
  reply: z.object({
    host: hostSample,
    /** Sorted by path, the root first. */
    paths: z.array(pathSample).max(SAMPLES_PER_PAGE_MAX),
    next: field.pathName.nullable(),
  }),
  failures: [],
  deadlineMs: 10_000,
});

export const addProcess = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'add',
  summary: 'Samples a process that no supervisor of ours started, until it ends.',
  body: z.strictObject({
    name: field.unikernelName,
    pid: z.number().int().positive(),
    nets: z.array(z.strictObject({ name: z.string().min(1), tap: z.string().min(1) })).max(64),
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

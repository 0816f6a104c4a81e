import { defineProcessFeed } from './feed.ts';
import * as field from './fields.ts';
import { PROCESSES } from './identities.ts';
import * as z from './schema.ts';

export const HEARTBEAT_INTERVAL_MS = 10_000;
/** With names as long as they can be, these are less than 256 KiB. */
export const DOMAINS_PER_MESSAGE_MAX = 512;
/** Messages of one heartbeat. */
export const HEARTBEAT_PARTS_MAX = 16;

/** Of the process itself, since it began. */
export const processUsage = z.object({
  /** CPU time, microseconds. */
  utimeUs: field.count,
  stimeUs: field.count,
  /** The most memory it ever had. */
  maxRssBytes: field.count,
  minorFaults: field.count,
  majorFaults: field.count,
  voluntarySwitches: field.count,
  involuntarySwitches: field.count,
  /** Now. Null for what the machine did not tell, as to a process that can open no more files. */
  rssBytes: z.nullable(field.count),
  vsizeBytes: z.nullable(field.count),
  threads: z.nullable(field.count),
  openFiles: z.nullable(field.count),
});

export type ProcessUsage = z.output<typeof processUsage>;

/** What a process talks through: so many now, so many since it began. */
const connections = z.object({
  /** `request`: requests on the bus; `fifo`: consoles of lives. */
  kind: z.string(),
  active: field.count,
  total: field.count,
});

/** What is allowed and used at and below a path. */
export const domainUse = z.object({
  path: field.pathName,
  /** Null where there is no policy; at the root there always is one. */
  maximum: z.nullable(
    z.object({
      unikernels: field.count,
      memoryMib: field.count,
      /** Null: no block devices. */
      blockMib: z.nullable(field.count),
    }),
  ),
  used: z.object({
    unikernels: field.count,
    memoryMib: field.count,
    /** Of block devices that a unikernel has. */
    attachedBlockMib: field.count,
    unattachedBlockMib: field.count,
  }),
});

export type DomainUse = z.output<typeof domainUse>;

/** By name, which every process chooses for itself. */
const numbers = z.record(z.string(), z.number());

/** What a process has to tell beside what all have. */
export interface HeartbeatContent {
  readonly connections: readonly z.output<typeof connections>[];
  /** Counters and gauges, for whoever watches over the process. */
  readonly figures: Readonly<Record<string, number>>;
  /** What it holds at this moment, for whoever keeps a picture of it: one that differs has missed something. */
  readonly digest: Readonly<Record<string, number>>;
  readonly domains: readonly DomainUse[];
}

export const heartbeat = z.object({
  process: z.enum(PROCESSES),
  version: z.string(),
  at: field.time,
  /** When the process began; with its pid, this tells whether it is still the same. */
  startedAt: field.time,
  pid: z.int().check(z.positive()),
  /** Counts heartbeats since then; in a step, some were not sent or did not arrive. */
  sequence: z.int().check(z.positive()),
  /** Until the next one. */
  intervalMs: z.int().check(z.positive()),
  /** One heartbeat is several messages when its domains do not fit one; all else is the same in each. */
  part: z.int().check(z.positive()),
  parts: z.int().check(z.positive(), z.lte(HEARTBEAT_PARTS_MAX)),
  usage: processUsage,
  connections: z.array(connections),
  figures: numbers,
  digest: numbers,
  /** The supervisor's, those with a policy first. `domains` in its digest is how many there are, told or not. */
  domains: z.array(domainUse).check(z.maxLength(DOMAINS_PER_MESSAGE_MAX)),
});

export const heartbeatFeed = defineProcessFeed({
  kind: 'heartbeat',
  publishers: PROCESSES,
  summary:
    'A process lives, what it holds, and what it takes; complete each time, in as many messages as `parts` says. One that fails to come says nothing about the process, still less about what it looks after: the bus may have been away. Nobody may act on it.',
  message: heartbeat,
});

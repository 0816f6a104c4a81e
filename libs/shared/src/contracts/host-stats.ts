import * as field from './fields.ts';
import { domainUse } from './heartbeat.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';
import { SAMPLES_PER_PAGE_MAX } from './stats.ts';

/** The machine itself. */
const hostSample = z.object({
  at: field.time,
  cpus: z.int().check(z.positive()),
  /** CPUs that were busy since the sample before; null in the first one. */
  cpuShare: z.nullable(z.number().check(z.nonnegative())),
  /** Of the last 1, 5 and 15 minutes. */
  load: z.array(z.number().check(z.nonnegative())).check(z.length(3)),
  memoryBytes: field.count,
  memoryAvailableBytes: field.count,
  uptimeS: z.number().check(z.nonnegative()),
});

export type HostSample = z.output<typeof hostSample>;

/** What is taken at and below a path, and what its policy allows. */
const pathSample = z.object({
  path: field.pathName,
  /** That were sampled. */
  processes: field.count,
  cpuShare: z.number().check(z.nonnegative()),
  rssBytes: field.count,
  fromGuestBytes: field.count,
  toGuestBytes: field.count,
  /** As the supervisor told last; null when it did not yet. */
  policy: z.nullable(z.pick(domainUse, { maximum: true, used: true })),
});

export type PathSample = z.output<typeof pathSample>;

export const hostStats = defineRequest({
  service: 'stats',
  noun: 'stats',
  verb: 'host',
  summary: 'What the machine takes as a whole, and each path at and below one; page by page.',
  body: z.strictObject({ name: field.pathName, after: z.optional(field.pathName) }),
  reply: z.object({
    host: hostSample,
    /** Sorted by path, the root first. */
    paths: z.array(pathSample).check(z.maxLength(SAMPLES_PER_PAGE_MAX)),
    next: z.nullable(field.pathName),
  }),
  failures: [],
  deadlineMs: 10_000,
});

import { TENDER_TARGETS, UNIKERNEL_STATES } from '../domain/unikernel.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

export const exit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), status: z.int() }),
  z.object({ kind: z.literal('signal'), signal: z.int() }),
  z.object({ kind: z.literal('unknown') }),
]);

/** One unikernel as lists show it. */
export const unikernelSummary = z.object({
  name: field.unikernelName,
  state: z.enum(UNIKERNEL_STATES),
  target: z.enum(TENDER_TARGETS),
  /** The tender's process; null when none runs. */
  pid: z.nullable(z.int().check(z.positive())),
  memoryMib: z.number(),
  digest: field.sha256,
  /** The start of the newest life; null before the first. */
  startedAt: z.nullable(field.time),
  restarts: field.count,
  /** How the newest life ended; null while it lives. */
  exit: z.nullable(exit),
  /** How the newest life that has ended did so, also while another lives; null before the first end. */
  lastExit: z.orDefault(z.nullable(exit), null),
  /** While it backs off: when it is started next. */
  nextTryAt: z.orDefault(z.nullable(field.time), null),
});

export type UnikernelSummary = z.output<typeof unikernelSummary>;

export const UNIKERNELS_PER_PAGE_MAX = 256;

export const listUnikernels = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'list',
  summary: 'The unikernels at and below a path, by name; page by page.',
  body: z.strictObject({
    name: field.name,
    /** The last name of the page before. */
    after: z.optional(field.unikernelName),
  }),
  reply: z.object({
    unikernels: z.array(unikernelSummary),
    /** What to ask with `after` for the next page; null at the end. */
    next: z.nullable(field.unikernelName),
  }),
  failures: [],
  deadlineMs: 5_000,
});

import { z } from 'zod';
import {
  ARGUMENT_BYTES_MAX,
  guestArguments,
  MEMORY_MIB_DEFAULT,
  TENDER_TARGETS,
  UNIKERNEL_STATES,
} from '../domain/unikernel.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';

const exit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), status: z.number().int() }),
  z.object({ kind: z.literal('signal'), signal: z.number().int() }),
  z.object({ kind: z.literal('unknown') }),
]);

/** One unikernel as lists show it. */
export const unikernelSummary = z.object({
  name: field.unikernelName,
  state: z.enum(UNIKERNEL_STATES),
  target: z.enum(TENDER_TARGETS),
  /** The tender's process; null when none runs. */
  pid: z.number().int().positive().nullable(),
  memoryMib: z.number(),
  digest: field.sha256,
  /** The start of the newest life; null before the first. */
  startedAt: field.time.nullable(),
  restarts: field.count,
  /** How the newest life ended; null while it lives. */
  exit: exit.nullable(),
});

export type UnikernelSummary = z.output<typeof unikernelSummary>;

/** The one-name form also shows the arguments, which may be secrets. */
export const unikernelDetails = unikernelSummary.extend({ arguments: z.array(z.string()) });

export type UnikernelDetails = z.output<typeof unikernelDetails>;

const argument = z.string().refine((text) => !text.includes('\0'), 'an argument holds no NUL');

export const createUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'create',
  summary: 'Creates a unikernel from an uploaded image and starts it.',
  body: z
    .strictObject({
      id: field.requestId,
      name: field.unikernelName,
      blob: z.string(),
      memoryMib: field.memoryMib.default(MEMORY_MIB_DEFAULT),
      arguments: z.array(argument).default([]),
      addName: z.boolean().default(true),
    })
    .refine((body) => Buffer.byteLength(guestArguments(body).join(' ')) <= ARGUMENT_BYTES_MAX, {
      message: `the arguments together, an added --name included, have at most ${ARGUMENT_BYTES_MAX} bytes`,
      ...field.refuse('ARGUMENTS_INVALID'),
    }),
  reply: unikernelDetails,
  failures: [
    'ID_REUSED',
    'UNIKERNEL_EXISTS',
    'MEMORY_INVALID',
    'ARGUMENTS_INVALID',
    'POLICY_EXCEEDED',
    'DEVICES_MISMATCH',
    'IMAGE_EMPTY',
    'IMAGE_NOT_ELF',
    'IMAGE_TRUNCATED',
    'IMAGE_NOT_EXECUTABLE',
    'IMAGE_HEADERS_INVALID',
    'IMAGE_ABI_MISSING',
    'IMAGE_ABI_INVALID',
    'IMAGE_MANIFEST_MISSING',
    'IMAGE_MANIFEST_INVALID',
    'IMAGE_TARGET_UNSUPPORTED',
    'BLOB_UNKNOWN',
    'BLOB_INCOMPLETE',
    'TENDER_NOT_FOUND',
    'TENDER_UNUSABLE',
    'TENDER_FAILED',
    'DEVICE_ACCESS',
    'DISK_FULL',
  ],
  deadlineMs: 30_000,
});

export const UNIKERNELS_PER_PAGE_MAX = 256;

export const listUnikernels = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'list',
  summary: 'The unikernels at and below a path, by name; page by page.',
  body: z.strictObject({
    name: field.name,
    /** The last name of the page before. */
    after: field.unikernelName.optional(),
  }),
  reply: z.object({
    unikernels: z.array(unikernelSummary),
    /** What to ask with `after` for the next page; null at the end. */
    next: field.unikernelName.nullable(),
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const showUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'info',
  summary: 'One unikernel, with its arguments.',
  body: z.strictObject({ name: field.unikernelName }),
  reply: unikernelDetails,
  failures: ['UNIKERNEL_NOT_FOUND'],
  deadlineMs: 5_000,
});

export const destroyUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'destroy',
  summary: 'Ends a unikernel and forgets it; its console history stays.',
  body: z.strictObject({ id: field.requestId, name: field.unikernelName }),
  reply: field.done,
  failures: ['ID_REUSED', 'UNIKERNEL_NOT_FOUND', 'DISK_FULL'],
  deadlineMs: 30_000,
});

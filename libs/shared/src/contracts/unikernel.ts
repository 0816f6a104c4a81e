import {
  ARGUMENT_BYTES_MAX,
  CPUS_DEFAULT,
  guestArguments,
  MEMORY_MIB_DEFAULT,
  STARTUP_PRIORITY_DEFAULT,
  type UnikernelConfig,
} from '../domain/unikernel.ts';
import * as deviceField from './device-fields.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';
import { exit, unikernelSummary } from './unikernel-list.ts';

const restartRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('never') }),
  /** After any of these statuses, or after any that can be restarted when there are none. */
  z.strictObject({
    kind: z.literal('on-exit'),
    statuses: z.array(field.count.check(z.lte(255))),
  }),
]);

/** How one life ended. */
const pastLife = z.object({
  life: field.count,
  exit,
  /** When it ended. */
  at: field.time,
  lifetimeMs: field.count,
});

/** The one-name form: also what may be long, or secret as the arguments. */
export const unikernelDetails = z.extend(unikernelSummary, {
  cpus: z.array(field.count),
  nets: z.array(
    z.object({
      name: z.string(),
      bridge: z.string(),
      mac: z.string(),
      /** The interface on the host; null when none runs. */
      tap: z.nullable(z.string()),
    }),
  ),
  blocks: z.array(
    z.object({
      name: z.string(),
      device: z.string(),
      sectorBytes: z.nullable(z.number()),
      /** Null for what is no device of ours. */
      sizeMib: z.nullable(field.count),
    }),
  ),
  startupPriority: field.count,
  restart: restartRule,
  arguments: z.array(z.string()),
  addName: z.boolean(),
  /** Why it failed, or could not be started last time. */
  why: z.nullable(z.string()),
  /** The newest ends, oldest first. */
  pastLives: z.array(pastLife),
});

export type UnikernelDetails = z.output<typeof unikernelDetails>;

const argument = z
  .string()
  .check(z.refine((text) => !text.includes('\0'), 'an argument holds no NUL'));

/** What a unikernel is given, whatever its image. */
const configuration = {
  memoryMib: z.orDefault(deviceField.memoryMib, MEMORY_MIB_DEFAULT),
  cpus: z.orDefault(deviceField.cpus, [...CPUS_DEFAULT]),
  nets: z.orDefault(deviceField.nets, []),
  blocks: z.orDefault(deviceField.blocks, []),
  startupPriority: z.orDefault(field.count, STARTUP_PRIORITY_DEFAULT),
  restart: z.orDefault(restartRule, { kind: 'never' }),
  arguments: z.orDefault(z.array(argument), []),
  addName: z.orDefault(z.boolean(), true),
  /** Solo5 has one; more are refused with `HYPERVISOR_UNSUPPORTED`, as is a boot partition. */
  vcpus: z.orDefault(field.count, 1),
  linuxBoot: z.optional(z.string()),
};

const TOO_MANY_ARGUMENTS = {
  message: `the arguments together, an added --name included, have at most ${ARGUMENT_BYTES_MAX} bytes`,
  ...field.refuse('ARGUMENTS_INVALID'),
};

/** What can be wrong with a configuration, on any machine. */
const CONFIGURATION_FAILURES = [
  'MEMORY_INVALID',
  'CPUS_INVALID',
  'ARGUMENTS_INVALID',
  'HYPERVISOR_UNSUPPORTED',
] as const;

/** What can keep a unikernel from being started. */
const START_FAILURES = [
  'DEVICE_INVALID',
  'POLICY_EXCEEDED',
  'DEVICES_MISMATCH',
  'BRIDGE_NOT_FOUND',
  'NETWORK_FAILED',
  'BLOCK_NOT_FOUND',
  'BLOCK_IN_USE',
  'ZVOL_DENIED',
  'TENDER_NOT_FOUND',
  'TENDER_UNUSABLE',
  'TENDER_FAILED',
  'DEVICE_ACCESS',
  'TENDER_STUCK',
  'DISK_FULL',
] as const;

export const createUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'create',
  summary:
    'Creates a unikernel from an uploaded image and starts it. With `force` it replaces one of that name, which is ended only once everything about the new one is found right, and started again if the new one does not start.',
  body: z
    .strictObject({
      id: field.requestId,
      name: field.unikernelName,
      blob: z.string(),
      /** Whether the uploaded bytes are the image compressed by zlib. */
      compressed: z.orDefault(z.boolean(), false),
      force: z.orDefault(z.boolean(), false),
      /** Without, it is stopped from the beginning; not together with `force`. */
      start: z.orDefault(z.boolean(), true),
      hypervisor: z.orDefault(z.enum(['solo5', 'bhyve']), 'solo5'),
      ...configuration,
    })
    .check(
      z.refine(areArgumentsShort, TOO_MANY_ARGUMENTS),
      z.refine(({ force, start }) => start || !force, 'what is replaced is started'),
    ),
  reply: unikernelDetails,
  failures: [
    'ID_REUSED',
    'UNIKERNEL_EXISTS',
    ...CONFIGURATION_FAILURES,
    ...START_FAILURES,
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
    'BLOB_LIMIT',
    'COMPRESSION_INVALID',
  ],
  deadlineMs: 60_000,
});

export const restartUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'restart',
  summary:
    'Ends a unikernel and starts it again; with `changes`, as a whole new configuration for the same image. Starts one that does not run.',
  body: z
    .strictObject({
      id: field.requestId,
      name: field.unikernelName,
      changes: z.optional(z.strictObject(configuration)),
    })
    .check(
      z.refine(
        ({ name, changes }) => changes === undefined || areArgumentsShort({ name, ...changes }),
        TOO_MANY_ARGUMENTS,
      ),
    ),
  reply: unikernelDetails,
  failures: ['ID_REUSED', 'UNIKERNEL_NOT_FOUND', ...CONFIGURATION_FAILURES, ...START_FAILURES],
  deadlineMs: 60_000,
});

export const stopUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'stop',
  summary:
    'Ends a unikernel, which is not started again until somebody asks for it. It keeps its name, image, configuration and share. Nothing happens to one that does not run.',
  body: z.strictObject({ id: field.requestId, name: field.unikernelName }),
  reply: unikernelDetails,
  failures: ['ID_REUSED', 'UNIKERNEL_NOT_FOUND', 'TENDER_STUCK', 'DISK_FULL'],
  deadlineMs: 30_000,
});

export const startUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'start',
  summary: 'Starts a unikernel that does not run. Nothing happens to one that does.',
  body: z.strictObject({ id: field.requestId, name: field.unikernelName }),
  reply: unikernelDetails,
  failures: ['ID_REUSED', 'UNIKERNEL_NOT_FOUND', ...START_FAILURES],
  deadlineMs: 30_000,
});

export const getUnikernel = defineRequest({
  service: 'supervisor',
  noun: 'unikernel',
  verb: 'get',
  summary: 'Opens the image of a unikernel for reading, with `blob.read`.',
  body: z.strictObject({
    name: field.unikernelName,
    /** 0: as it is; else as a zlib stream. */
    compressionLevel: field.compressionLevel,
  }),
  reply: z.object({ blob: z.string(), sizeBytes: field.count, compressed: z.boolean() }),
  failures: ['UNIKERNEL_NOT_FOUND', 'BLOB_LIMIT', 'DISK_FULL'],
  deadlineMs: 120_000,
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
  failures: ['ID_REUSED', 'UNIKERNEL_NOT_FOUND', 'TENDER_STUCK', 'DISK_FULL'],
  deadlineMs: 30_000,
});

function areArgumentsShort(body: Pick<UnikernelConfig, 'name' | 'arguments' | 'addName'>): boolean {
  return Buffer.byteLength(guestArguments(body, 'full').join(' ')) <= ARGUMENT_BYTES_MAX;
}

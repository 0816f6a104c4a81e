import { blobId } from './blob.ts';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

/** So many MiB are still a number of bytes that can be counted exactly. */
export const BLOCK_MIB_MAX = 2 ** 33 - 1;

export const blockSizeMib = z.pipe(
  z.unknown(),
  z.transform((value, context) => {
    const isSize = typeof value === 'number' && Number.isSafeInteger(value);
    if (isSize && value >= 1 && value <= BLOCK_MIB_MAX) return value;
    context.issues.push({
      code: 'custom',
      message: `a block device has a whole number of MiB, from 1 to ${BLOCK_MIB_MAX}; ${typeof value === 'number' ? value : 'this'} is not`,
      input: value,
      ...field.refuse('BLOCK_SIZE_INVALID'),
    });
    return z.NEVER;
  }),
) as z.ZodMiniType<number, number>;

const blockDevice = z.object({
  name: field.unikernelName,
  sizeMib: z.number(),
  /** The unikernel that has it. */
  usedBy: z.nullable(field.unikernelName),
  /** Why it cannot be used, as when its file is missing; null when it can. */
  fault: z.nullable(z.string()),
});

export type BlockEntry = z.output<typeof blockDevice>;

export const BLOCKS_PER_PAGE_MAX = 256;

export const listBlocks = defineRequest({
  service: 'supervisor',
  noun: 'block',
  verb: 'list',
  summary: 'One block device, or those at and below a path, by name; page by page.',
  body: z.strictObject({
    name: field.name,
    /** The last name of the page before. */
    after: z.optional(field.unikernelName),
  }),
  reply: z.object({
    blocks: z.array(blockDevice),
    /** What to ask with `after` for the next page; null at the end. */
    next: z.nullable(field.unikernelName),
  }),
  failures: [],
  deadlineMs: 5_000,
});

export const createBlock = defineRequest({
  service: 'supervisor',
  noun: 'block',
  verb: 'create',
  summary: 'Creates a block device of zeros.',
  body: z.strictObject({ id: field.requestId, name: field.unikernelName, sizeMib: blockSizeMib }),
  reply: field.done,
  failures: ['ID_REUSED', 'BLOCK_EXISTS', 'BLOCK_SIZE_INVALID', 'POLICY_EXCEEDED', 'DISK_FULL'],
  deadlineMs: 30_000,
});

export const removeBlock = defineRequest({
  service: 'supervisor',
  noun: 'block',
  verb: 'remove',
  summary: 'Removes a block device and what is on it.',
  body: z.strictObject({ id: field.requestId, name: field.unikernelName }),
  reply: field.done,
  failures: ['ID_REUSED', 'BLOCK_NOT_FOUND', 'BLOCK_IN_USE', 'DISK_FULL'],
  deadlineMs: 30_000,
});

export const setBlock = defineRequest({
  service: 'supervisor',
  noun: 'block',
  verb: 'set',
  summary: 'Replaces the content of a block device by an uploaded one, and zeros after it.',
  body: z.strictObject({
    id: field.requestId,
    name: field.unikernelName,
    blob: blobId,
    /** Whether the upload is a zlib stream of the content. */
    compressed: z.boolean(),
  }),
  reply: field.done,
  failures: [
    'ID_REUSED',
    'BLOCK_NOT_FOUND',
    'BLOCK_IN_USE',
    'BLOCK_OVERFLOW',
    'BLOB_UNKNOWN',
    'BLOB_INCOMPLETE',
    'BLOB_LIMIT',
    'COMPRESSION_INVALID',
    'DISK_FULL',
  ],
  deadlineMs: 600_000,
});

export const dumpBlock = defineRequest({
  service: 'supervisor',
  noun: 'block',
  verb: 'dump',
  summary:
    'Makes a download of the content of a block device, which is in use as long as its file is read.',
  body: z.strictObject({ name: field.unikernelName, compressionLevel: field.compressionLevel }),
  /** With a level above 0 the blob is a zlib stream. Its size is that of what is read. */
  reply: z.object({ blob: blobId, sizeBytes: z.number() }),
  failures: ['BLOCK_NOT_FOUND', 'BLOCK_IN_USE', 'BLOB_LIMIT', 'DISK_FULL'],
  deadlineMs: 600_000,
});

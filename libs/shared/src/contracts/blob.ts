import * as field from './fields.ts';
import { defineRequest } from './request.ts';
import * as z from './schema.ts';

/**
 * Bulk data travels as ordinary requests.
 *
 * An upload: open, write chunk by chunk (a few in flight), finish; a command then names the blob. A
 * download: a command answers with a blob, which is read chunk by chunk (a few in flight) and closed.
 *
 * Offsets make every one of them repeatable. A blob belongs to its caller and to the name it was opened
 * for, and is thrown away when nothing is heard of it for `BLOB_IDLE_MS`.
 */
export const BLOB_CHUNK_BYTES_MAX = 512 * 1024;
export const BLOB_WRITES_IN_FLIGHT = 4;
export const BLOB_READS_IN_FLIGHT = 4;
export const BLOB_IDLE_MS = 60_000;
/** Largest image, compressed or not. */
export const BLOB_BYTES_MAX = 512 * 1024 * 1024;

/** What an upload is for: it decides how large it may be. */
export const BLOB_PURPOSES = ['image', 'block'] as const;

export type BlobPurpose = (typeof BLOB_PURPOSES)[number];

/** What so many bytes may grow to as a zlib stream, whoever made it. */
export function zlibBytesMax(sizeBytes: number): number {
  return sizeBytes + Math.ceil(sizeBytes / 256) + 1024;
}

/** A deadline for work on so many bytes, milliseconds: a slow disk writes as many in that time. */
export function bulkDeadlineMs(sizeBytes: number): number {
  return 30_000 + Math.ceil(sizeBytes / SLOW_BYTES_A_MS);
}

const SLOW_BYTES_A_MS = 16 * 1024;

export const blobId = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}$/, 'a blob id is 32 hexadecimal digits'));

export const openBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'open',
  summary: 'Begins the upload of an image, or of the content of a block device.',
  body: z.strictObject({
    name: field.unikernelName,
    /** Null: not known yet; what arrives is counted as it comes. */
    sizeBytes: z.nullable(field.count),
    purpose: z.orDefault(z.enum(BLOB_PURPOSES), 'image'),
    /** Whether what is sent is a zlib stream. */
    compressed: z.orDefault(z.boolean(), false),
  }),
  reply: z.object({ blob: blobId }),
  failures: [
    'IMAGE_EMPTY',
    'BLOCK_NOT_FOUND',
    'BLOCK_IN_USE',
    'BLOCK_OVERFLOW',
    'BLOB_LIMIT',
    'DISK_FULL',
  ],
  deadlineMs: 10_000,
});

export const writeBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'write',
  summary: 'Writes one chunk of an upload at its offset.',
  body: z.strictObject({
    name: field.unikernelName,
    blob: blobId,
    offset: field.count,
    bytes: field.bytes.check(
      z.refine(
        (bytes) => bytes.length <= BLOB_CHUNK_BYTES_MAX,
        `a chunk has at most ${BLOB_CHUNK_BYTES_MAX} bytes`,
      ),
    ),
  }),
  reply: field.done,
  failures: ['BLOB_UNKNOWN', 'BLOB_LIMIT', 'BLOCK_OVERFLOW', 'DISK_FULL'],
  deadlineMs: 10_000,
});

export const finishBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'finish',
  summary: 'Ends an upload: its bytes must be complete and have the given digest.',
  body: z.strictObject({ name: field.unikernelName, blob: blobId, sha256: field.sha256 }),
  reply: field.done,
  failures: ['IMAGE_EMPTY', 'BLOB_UNKNOWN', 'BLOB_INCOMPLETE', 'BLOB_DIGEST_MISMATCH', 'DISK_FULL'],
  deadlineMs: 30_000,
});

export const readBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'read',
  summary:
    'Reads one chunk of a download; none at its end, which lets go of what it was made from.',
  body: z.strictObject({ name: field.unikernelName, blob: blobId, offset: field.count }),
  reply: z.object({ bytes: field.bytes }),
  failures: ['BLOB_UNKNOWN', 'BLOB_INCOMPLETE'],
  deadlineMs: 10_000,
});

export const closeBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'close',
  summary:
    'Throws a download away, or an upload nothing was made from; there may be none any more.',
  body: z.strictObject({ name: field.unikernelName, blob: blobId }),
  reply: field.done,
  failures: [],
  deadlineMs: 10_000,
});

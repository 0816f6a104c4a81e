import { z } from 'zod';
import * as field from './fields.ts';
import { defineRequest } from './request.ts';

/**
 * Bulk data travels as ordinary requests: open, write chunk by chunk (a few in flight), finish; a command
 * then names the blob. Offsets make every write repeatable. A blob belongs to its caller and to the name
 * it was opened for, and is thrown away when nothing is heard of it for `BLOB_IDLE_MS`.
 */
export const BLOB_CHUNK_BYTES_MAX = 512 * 1024;
export const BLOB_WRITES_IN_FLIGHT = 4;
export const BLOB_IDLE_MS = 60_000;
/** Largest image. */
export const BLOB_BYTES_MAX = 512 * 1024 * 1024;

const blobId = z.string().regex(/^[0-9a-f]{32}$/, 'a blob id is 32 hexadecimal digits');

export const openBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'open',
  summary: 'Begins the upload of an image.',
  body: z.strictObject({ name: field.unikernelName, sizeBytes: field.count }),
  reply: z.object({ blob: blobId }),
  failures: ['IMAGE_EMPTY', 'BLOB_LIMIT', 'DISK_FULL'],
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
    bytes: field.bytes.refine(
      (bytes) => bytes.length <= BLOB_CHUNK_BYTES_MAX,
      `a chunk has at most ${BLOB_CHUNK_BYTES_MAX} bytes`,
    ),
  }),
  reply: field.done,
  failures: ['BLOB_UNKNOWN', 'BLOB_LIMIT', 'DISK_FULL'],
  deadlineMs: 10_000,
});

export const finishBlob = defineRequest({
  service: 'supervisor',
  noun: 'blob',
  verb: 'finish',
  summary: 'Ends an upload: its bytes must be complete and have the given digest.',
  body: z.strictObject({ name: field.unikernelName, blob: blobId, sha256: field.sha256 }),
  reply: field.done,
  failures: ['BLOB_UNKNOWN', 'BLOB_INCOMPLETE', 'BLOB_DIGEST_MISMATCH', 'DISK_FULL'],
  deadlineMs: 30_000,
});

import { createHash } from 'node:crypto';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_READS_IN_FLIGHT,
  BLOB_WRITES_IN_FLIGHT,
  bulkDeadlineMs,
  closeBlob,
  finishBlob,
  openBlob,
  readBlob,
  writeBlob,
  type BlobPurpose,
} from '../contracts/blob.ts';
import { Failure } from '../contracts/failures.ts';
import type { UnikernelName } from '../domain/name.ts';
import { bytesSource, inChunks, type BlobSource } from './blob-source.ts';
import type { Requests } from './bus.ts';
import type { Bytes } from './zlib-stream.ts';

/** Told after every chunk; the total is null when it is not known before the end. */
export type OnProgress = (doneBytes: number, totalBytes: number | null) => void;

export interface UploadOptions {
  readonly purpose?: BlobPurpose;
  /** Whether the source is a zlib stream. */
  readonly compressed?: boolean;
  readonly onProgress?: OnProgress;
}

/** Where a download goes: written to in order, one piece after the other. */
export interface BlobSink {
  readonly write: (bytes: Uint8Array, offset: number) => Promise<void>;
}

/** Uploads bytes for a later command and returns the blob's id. Throws a `Failure`, or what the source throws. */
export async function upload(
  bus: Requests,
  name: UnikernelName,
  what: BlobSource | Uint8Array,
  options: UploadOptions = {},
): Promise<string> {
  const source = what instanceof Uint8Array ? bytesSource(what) : what;
  const { purpose = 'image', compressed = false, onProgress } = options;
  const { sizeBytes } = source;
  const { blob } = await bus.request(openBlob, { name, sizeBytes, purpose, compressed });
  try {
    const sent = await send(bus, { name, blob }, source, onProgress);
    await bus.request(
      finishBlob,
      { name, blob, sha256: sent.sha256 },
      { deadlineMs: bulkDeadlineMs(sent.bytes) },
    );
    return blob;
  } catch (error) {
    await close(bus, name, blob);
    throw error;
  }
}

interface Sent {
  readonly bytes: number;
  readonly sha256: string;
}

async function send(
  bus: Requests,
  to: { readonly name: UnikernelName; readonly blob: string },
  source: BlobSource,
  onProgress: OnProgress | undefined,
): Promise<Sent> {
  const hash = createHash('sha256');
  const writes = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [offset, doneBytes] = [0, 0];
  async function write(bytes: Uint8Array, at: number): Promise<void> {
    try {
      await bus.request(writeBlob, { ...to, offset: at, bytes });
      doneBytes += bytes.length;
      onProgress?.(doneBytes, source.sizeBytes);
    } catch (error) {
      failures.push(error);
    }
  }
  function check(): void {
    if (failures.length > 0) throw failures[0];
  }
  for await (const bytes of inChunks(source.pieces())) {
    check();
    hash.update(bytes);
    const writing: Promise<void> = write(bytes, offset).finally(() => writes.delete(writing));
    writes.add(writing);
    offset += bytes.length;
    if (writes.size >= BLOB_WRITES_IN_FLIGHT) await Promise.race(writes);
  }
  for (check(); writes.size > 0; check()) await Promise.race(writes);
  return { bytes: offset, sha256: hash.digest('hex') };
}

/** Brings all of a blob to a sink, and closes it. Throws a `Failure`, or what the sink throws. */
export async function download(
  bus: Requests,
  name: UnikernelName,
  blob: string,
  sizeBytes: number,
  sink: BlobSink,
  onProgress?: OnProgress,
): Promise<void> {
  let offset = 0;
  for await (const bytes of downloaded(bus, name, blob, sizeBytes)) {
    await sink.write(bytes, offset);
    offset += bytes.length;
    onProgress?.(offset, sizeBytes);
  }
}

/**
 * All of a blob, in order; a few chunks are asked for ahead, and no more before one is taken. Closes the
 * blob in the end, also when nobody takes the rest. Throws a `Failure`.
 */
export async function* downloaded(
  bus: Requests,
  name: UnikernelName,
  blob: string,
  sizeBytes: number,
): Bytes {
  const reads: Promise<Uint8Array>[] = [];
  let next = 0;
  try {
    for (let offset = 0; offset < sizeBytes; offset += BLOB_CHUNK_BYTES_MAX) {
      for (; next < sizeBytes && reads.length < BLOB_READS_IN_FLIGHT; next += BLOB_CHUNK_BYTES_MAX)
        reads.push(startReading(bus, { name, blob, offset: next }));
      const bytes = await reads.shift();
      const wanted = Math.min(BLOB_CHUNK_BYTES_MAX, sizeBytes - offset);
      if (bytes?.length !== wanted) {
        throw new Failure(
          'BLOB_INCOMPLETE',
          `of ${wanted} bytes at ${offset} of the download, ${bytes?.length ?? 0} came`,
        );
      }
      yield bytes;
    }
  } finally {
    await close(bus, name, blob);
  }
}

/** One that is asked for ahead may fail before anybody waits for it. */
function startReading(
  bus: Requests,
  at: { readonly name: UnikernelName; readonly blob: string; readonly offset: number },
): Promise<Uint8Array> {
  const reading = bus.request(readBlob, at).then(({ bytes }) => bytes);
  reading.catch(() => undefined);
  return reading;
}

/** Nothing is heard of it any more, so it will go by itself. */
const CLOSE_DEADLINE = { deadlineMs: 1_000 };

async function close(bus: Requests, name: UnikernelName, blob: string): Promise<void> {
  await bus.request(closeBlob, { name, blob }, CLOSE_DEADLINE).catch(() => undefined);
}

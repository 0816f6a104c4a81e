import type { BlobSource } from '@albatross/shared/bus/blob-source';
import { upload, type UploadOptions } from '@albatross/shared/bus/blobs';
import type { Requests } from '@albatross/shared/bus/bus';
import { closeBlob } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { readChunks, type Frame } from '@albatross/wire';
import type { Client } from './client.ts';

/** An upload may take that long, however slow it is. */
export const UPLOAD_MS_MAX = 3_600_000;
/** It may take longer, as that of a large block device does, if it has brought as much each second on average. */
export const UPLOAD_BYTES_A_SECOND_MIN = 65_536;

/**
 * Uploads what a command is about, and gives the command that needs it. Whatever fails, nothing of it is left
 * behind. Throws a `Failure`, or what the source throws.
 */
export async function withUpload(
  requests: Requests,
  name: UnikernelName,
  what: BlobSource | Uint8Array,
  options: UploadOptions,
  command: (blob: string) => Promise<unknown>,
): Promise<void> {
  const blob = await upload(requests, name, what, options);
  try {
    await command(blob);
  } catch (error) {
    // Whoever took it on has let go of it already; whoever refused before that has not.
    await requests.request(closeBlob, { name, blob }).catch(() => undefined);
    throw error;
  }
}

/** What the client sends behind its command, as it comes: nothing of it is held here. */
export function chunkSource({ frames }: Client): BlobSource {
  return { sizeBytes: null, pieces: () => readChunks(notTooSlow(frames)) };
}

/** Who sends just enough not to be silent would hold its upload for days. */
function notTooSlow(
  frames: AsyncIterator<Frame, void, undefined>,
): AsyncIterator<Frame, void, undefined> {
  const startedAt = performance.now();
  return {
    next: async () => {
      const next = await frames.next();
      const elapsedMs = performance.now() - startedAt;
      if (next.done === true || elapsedMs <= UPLOAD_MS_MAX) return next;
      if (next.value.offset / (elapsedMs / 1000) >= UPLOAD_BYTES_A_SECOND_MIN) return next;
      const minutes = UPLOAD_MS_MAX / 60_000;
      const right = `it may take ${minutes} minutes, or has to bring ${UPLOAD_BYTES_A_SECOND_MIN} bytes a second`;
      throw new Failure('REQUEST_INVALID', `what follows the command comes too slowly: ${right}`);
    },
  };
}

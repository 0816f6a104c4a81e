import { Failure } from '@albatross/shared/contracts/failures';
import { encodeChunks } from '@albatross/wire';
import type { TLSSocket } from 'node:tls';

/** An image, or what is to be on a block device. */
export interface Content {
  readonly content?: AsyncIterable<Uint8Array>;
  /** Whether it is a zlib stream. */
  readonly contentCompressed?: boolean;
}

/**
 * Sends it as chunks, as fast as it is taken, and resolves when it is sent or the connection ended. Never
 * rejects: if the content cannot be read, the connection is broken with that, which its reader is told.
 */
export async function sendContent(
  tls: TLSSocket,
  { content, contentCompressed: compressed = false }: Content,
): Promise<void> {
  if (content === undefined) return;
  try {
    for await (const bytes of encodeChunks(content, { compressed })) {
      if (tls.destroyed || tls.writableEnded) return;
      await new Promise<void>((resolve) => {
        // What is wrong with the connection its reader is told as well.
        const hasRoom = tls.write(bytes, () => resolve());
        if (hasRoom) resolve();
      });
    }
  } catch (error) {
    tls.destroy(asFailure(error));
  }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Failure('FILE_UNREADABLE', `what was to be sent cannot be read: ${why}`);
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate, createInflate } from 'node:zlib';
import { Failure } from '../contracts/failures.ts';

/** Memory one stream takes for a piece of its result. */
const PIECE_BYTES = 64 * 1024;

export type Bytes = AsyncIterable<Uint8Array>;

/**
 * Inflates one zlib stream (RFC 1950) piece by piece; `take` is given one after the other, and ends it by
 * throwing, as when there are too many. Throws a `Failure` `COMPRESSION_INVALID` when it is no such stream,
 * ends too early, or something stands behind it.
 */
export async function inflate(
  source: Bytes,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const engine = createInflate({ chunkSize: PIECE_BYTES });
  let givenBytes = 0;
  let isAtEnd = false;
  let refusal: { readonly error: unknown } | null = null;
  async function* counted(): Bytes {
    for await (const bytes of source) {
      // What stands behind the end need not be read.
      if (isAtEnd) return;
      givenBytes += bytes.length;
      yield bytes;
    }
  }
  await pipeline(Readable.from(counted()), engine, async (pieces: Bytes) => {
    for await (const piece of pieces) {
      await take(piece).catch((error: unknown) => {
        refusal = { error };
        throw error;
      });
    }
    isAtEnd = true;
  }).catch((error: unknown) => {
    // What a pipeline fails with is not always what made it fail.
    if (refusal !== null) throw refusal.error;
    // The rest, which nobody took, stops with this.
    if (!isAtEnd) throw asFailure(error);
  });
  if (givenBytes > engine.bytesWritten) throw invalid('something stands behind its end');
}

/** Compresses piece by piece. Level 0 to 9, where 0 only wraps. */
export async function* deflated(source: Bytes, level: number): Bytes {
  const engine = createDeflate({ level, chunkSize: PIECE_BYTES });
  const feeding = pipeline(Readable.from(source), engine);
  feeding.catch(() => undefined);
  for await (const piece of engine as Bytes) yield piece;
  await feeding;
}

function asFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_') || !(error instanceof Error)) return error;
  return invalid(error.message);
}

function invalid(why: string): Failure {
  return new Failure('COMPRESSION_INVALID', `the bytes are no zlib stream: ${why}`);
}

import { downloaded } from '@albatross/shared/bus/blobs';
import type { Requests } from '@albatross/shared/bus/bus';
import type { Bytes } from '@albatross/shared/bus/zlib-stream';
import { closeBlob } from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { beginImageFrame, FRAME_BYTES_MAX } from '@albatross/wire';
import type { Client } from './client.ts';
import { relay } from './relay.ts';

/** Something large that the supervisor has made ready. */
export interface Download {
  readonly requests: Requests;
  readonly name: UnikernelName;
  readonly blob: string;
  readonly sizeBytes: number;
}

interface ImageReply {
  readonly kind: 'unikernel-image' | 'old-block-device-image';
  readonly compressed: boolean;
}

/** Room for everything in a frame but the image. */
const AROUND_BYTES = 1024;

/**
 * Sends a reply that is one frame with all of a download in it, of which only a little is here at a time.
 * Throws a `Failure` when nothing of it was sent. It throws another error, with the `Failure` as its cause,
 * when it cannot be completed: whatever is said then would be taken for a part of the image, and there is
 * nothing left but to close the connection.
 */
export async function sendImage(
  { requests, name, blob, sizeBytes }: Download,
  client: Client,
  reply: ImageReply,
): Promise<void> {
  if (sizeBytes > FRAME_BYTES_MAX - AROUND_BYTES) {
    await requests.request(closeBlob, { name, blob }).catch(() => undefined);
    const right = `a reply holds at most ${FRAME_BYTES_MAX}; newer clients are sent it in pieces`;
    throw new Failure('MESSAGE_TOO_LARGE', `${name} has ${sizeBytes} bytes, and ${right}`);
  }
  let isBegun = false;
  try {
    const pieces = oneBehind(downloaded(requests, name, blob, sizeBytes));
    const begin = beginImageFrame({ header: client.header, sizeBytes, ...reply });
    await relay(pieces, client, begin, (bytes) => {
      isBegun = true;
      return [bytes];
    });
  } catch (error) {
    if (!isBegun || !(error instanceof Failure)) throw error;
    throw new Error(`a reply about ${name} ended too early: ${error.message}`, { cause: error });
  }
}

/**
 * Each piece when the next one is there. So of an image that ends too early a whole piece is missing at
 * least, and no last words, by whomever, can complete it.
 */
async function* oneBehind(pieces: Bytes): Bytes {
  let held: Uint8Array | null = null;
  for await (const piece of pieces) {
    if (held !== null) yield held;
    held = piece;
  }
  if (held !== null) yield held;
}

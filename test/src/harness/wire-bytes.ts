import { concatenate, encodeFrame, encodeMessage, type WireMessage } from '@albatross/wire';

/** A message of the original's protocol as it stands on a socket, with its length before it. */
export function wireBytes(message: WireMessage): Uint8Array {
  return concatenate(encodeFrame(encodeMessage(message)));
}

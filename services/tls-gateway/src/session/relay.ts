import type { Bytes } from '@albatross/shared/bus/zlib-stream';
import type { Client } from './client.ts';

type Encoded = readonly Uint8Array[];

/**
 * Sends pieces as they come, `encode`d; `begin` together with the first of them, so that whoever fails before
 * has said nothing. Rejects as the pieces or the client's `write` do.
 */
export async function relay(
  pieces: Bytes,
  client: Client,
  begin: Encoded,
  encode: (bytes: Uint8Array) => Encoded,
): Promise<void> {
  let before = begin;
  for await (const bytes of pieces) {
    await client.write([...before, ...encode(bytes)]);
    before = [];
  }
  if (before.length > 0) await client.write(before);
}

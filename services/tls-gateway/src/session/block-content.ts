import type { BlobSource } from '@albatross/shared/bus/blob-source';
import { downloaded } from '@albatross/shared/bus/blobs';
import { dumpBlock, setBlock } from '@albatross/shared/contracts/block';
import { cutIntoChunks, encodeFrame, encodeMessage, type WirePayload } from '@albatross/wire';
import { randomUUID } from 'node:crypto';
import { labelledName } from './allowed.ts';
import { addBlock, dropBlock } from './blocks.ts';
import { send, type Client } from './client.ts';
import { sendImage, type Download } from './image-reply.ts';
import type { Order } from './order.ts';
import { relay } from './relay.ts';
import { withUpload } from './uploaded.ts';

/** Replaces what is on a block device. Throws a `Failure`, or what the source throws. */
export async function setContent(
  order: Order,
  source: BlobSource | Uint8Array,
  { compressed }: { readonly compressed: boolean },
): Promise<string> {
  const { command, requests } = order;
  const name = labelledName(order.name, command.kind);
  const options = { purpose: 'block', compressed } as const;
  await withUpload(requests, name, source, options, async (blob) => {
    await requests.request(setBlock, { id: randomUUID(), name, blob, compressed });
  });
  return 'set block device';
}

/** A block device with something on it, or none. Throws a `Failure`. */
export async function addWithContent(
  order: Order,
  size: number,
  data: Uint8Array,
  compression: { readonly compressed: boolean },
): Promise<string> {
  const done = await addBlock(order, size);
  try {
    await setContent(order, data, compression);
  } catch (error) {
    await dropBlock(order).catch(() => undefined);
    throw error;
  }
  return done;
}

/** Sends what is on a block device as data, of which a failure may take the place of the end. */
export async function dump(order: Order, client: Client, level: number): Promise<void> {
  const { requests, name, blob, sizeBytes } = await downloadOf(order, level);
  const compressed = level > 0;
  const framed = (payload: WirePayload): readonly Uint8Array[] =>
    encodeFrame(encodeMessage({ header: client.header, payload }));
  const begin = framed({ kind: 'reply', reply: { kind: 'block-device-image', compressed } });
  const pieces = downloaded(requests, name, blob, sizeBytes);
  await relay(pieces, client, begin, (bytes) =>
    [...cutIntoChunks(bytes, { compressed })].flatMap((piece) =>
      framed({ kind: 'data', data: { kind: 'block-some', bytes: piece } }),
    ),
  );
  await send(client, { kind: 'data', data: { kind: 'block-none' } });
}

/** The same in one reply, for clients of before 2.5. Throws as `sendImage`. */
export async function dumpWhole(order: Order, client: Client, level: number): Promise<void> {
  const download = await downloadOf(order, level);
  const compressed = level > 0;
  await sendImage(download, client, { kind: 'old-block-device-image', compressed });
}

async function downloadOf(
  { name, command, requests }: Order,
  compressionLevel: number,
): Promise<Download> {
  const block = labelledName(name, command.kind);
  const made = await requests.request(dumpBlock, { name: block, compressionLevel });
  return { requests, name: block, blob: made.blob, sizeBytes: made.sizeBytes };
}

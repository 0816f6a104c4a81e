import { upload } from '@albatross/shared/bus/blobs';
import type { Requests } from '@albatross/shared/bus/bus';
import { BLOB_BYTES_MAX, bulkDeadlineMs, type BlobPurpose } from '@albatross/shared/contracts/blob';
import { createBlock, setBlock } from '@albatross/shared/contracts/block';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import type { OpenFile } from '../read-file.ts';

/**
 * Makes a block device with something on it. Throws a `Failure`.
 *
 * Who is killed before that is on it leaves one of zeros, and nobody sees that it is not as it should be. So it is
 * made when everything has been sent. The host takes contents only for a device that is there, but as much as an
 * image can have for any name; so what is larger is sent when the device has been made.
 */
export async function makeBlock(
  bus: Requests,
  name: UnikernelName,
  sizeMib: number,
  { source, sizeBytes }: OpenFile,
): Promise<void> {
  const send = async (purpose: BlobPurpose): Promise<string> =>
    await upload(bus, name, source, { purpose });
  const isImageLike = sizeBytes > 0 && sizeBytes <= BLOB_BYTES_MAX;
  const sent = isImageLike ? await send('image') : null;
  await bus.request(createBlock, { id: randomUUID(), name, sizeMib });
  const blob = sent ?? (await send('block'));
  await bus.request(
    setBlock,
    { id: randomUUID(), name, blob, compressed: false },
    { deadlineMs: bulkDeadlineMs(sizeBytes) },
  );
}

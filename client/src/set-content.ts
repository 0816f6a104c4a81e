import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import { bulkDeadlineMs } from '@albatross/shared/contracts/blob';
import { setBlock } from '@albatross/shared/contracts/block';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import type { OpenFile } from './read-file.ts';

/** Replaces the content of a block device by a file's. Throws a `Failure`. */
export async function setContent(
  bus: Bus,
  name: UnikernelName,
  { source, sizeBytes }: OpenFile,
  compressionLevel: number,
): Promise<void> {
  const compressed = compressionLevel > 0;
  const blob = await upload(bus, name, deflatedSource(source, compressionLevel), {
    purpose: 'block',
    compressed,
  });
  await bus.request(
    setBlock,
    { id: randomUUID(), name, blob, compressed },
    { deadlineMs: bulkDeadlineMs(sizeBytes) },
  );
}

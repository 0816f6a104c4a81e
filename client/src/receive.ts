import { downloaded } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import { inflate } from '@albatross/shared/bus/zlib-stream';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Write } from './write-file.ts';

interface Download {
  readonly blob: string;
  readonly sizeBytes: number;
  /** Whether it is a zlib stream. */
  readonly compressed: boolean;
}

/** Brings what a service offered to `write`, inflated. Throws a `Failure`, or what `write` throws. */
export async function receive(
  bus: Bus,
  name: UnikernelName,
  { blob, sizeBytes, compressed }: Download,
  write: Write,
): Promise<void> {
  const pieces = downloaded(bus, name, blob, sizeBytes);
  if (compressed) return await inflate(pieces, write);
  for await (const bytes of pieces) await write(bytes);
}

import { downloaded } from '@albatross/shared/bus/blobs';
import type { Bus } from '@albatross/shared/bus/bus';
import { inflate } from '@albatross/shared/bus/zlib-stream';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { piecesWithBar, type Bars } from './progress.ts';
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
  bars: Bars,
  write: Write,
): Promise<void> {
  const bytes = downloaded(bus, name, blob, sizeBytes);
  const pieces = piecesWithBar(bars, `receiving ${name}`, sizeBytes, bytes);
  if (compressed) return await inflate(pieces, write);
  for await (const bytes of pieces) await write(bytes);
}

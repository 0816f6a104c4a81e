import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { open } from 'node:fs/promises';
import { changesBetween, type Change } from './change.ts';
import type { Description } from './description.ts';
import { checkContents, measureImages, placeOf, type MeasuredImages } from './images.ts';
import { readDescription } from './read-description.ts';
import type { RunningTree } from './read-tree.ts';
import { settle } from './settle.ts';

/** Larger than a description of more unikernels than any machine can have. */
export const DESCRIPTION_BYTES_MAX = 16 * 1024 * 1024;

/** A description, and what is known of the files that it names. */
export interface DescribedSystem {
  readonly file: string;
  readonly description: Description;
  readonly images: MeasuredImages;
}

/** Reads it, and every file it names. Throws a `Failure`: `FILE_INVALID`, `FILE_UNREADABLE`, or one of an image. */
export async function openDescription(file: string): Promise<DescribedSystem> {
  const description = readDescription(await readText(file), file);
  const images = await measureImages(file, description);
  await checkContents(file, description);
  return { file, description, images };
}

/** All that differs between what runs and what is described. Throws a `Failure`. */
export function differences(
  { file, description, images }: DescribedSystem,
  running: RunningTree,
): readonly Change[] {
  return changesBetween(running.tree, settle(file, description, images, running));
}

/** Files of what is on block devices at first, by device. */
export function contentsOf({
  file,
  description,
}: DescribedSystem): ReadonlyMap<UnikernelName, string> {
  return new Map(
    [...description.blocks].flatMap(([name, { content }]) =>
      content === null ? [] : [[name, placeOf(file, content)] as const],
    ),
  );
}

async function readText(file: string): Promise<string> {
  const bytes = await readBytes(file).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw unreadable(file, error instanceof Error && 'code' in error ? error.code : error);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Failure('FILE_INVALID', `${file}: this is no text in UTF-8`, { file });
  }
}

/** It may be a pipe, as `<(albatross export)` is. */
async function readBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const pieces: Buffer[] = [];
    let done = 0;
    for (let isMore = true; isMore;) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
      pieces.push(buffer.subarray(0, bytesRead));
      done += bytesRead;
      isMore = bytesRead > 0;
      if (done > DESCRIPTION_BYTES_MAX)
        throw unreadable(file, `it has more than ${DESCRIPTION_BYTES_MAX} bytes`);
    }
    return Buffer.concat(pieces);
  } finally {
    await handle.close();
  }
}

const PIECE_BYTES = 64 * 1024;

function unreadable(file: string, why: unknown): Failure {
  return new Failure('FILE_UNREADABLE', `${file} cannot be read: ${String(why)}`, { file });
}

import { Failure } from '@albatross/shared/contracts/failures';
import { ImageError, type Device } from '@albatross/solo5';
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { devicesOfImage } from '../create/image-devices.ts';
import { openFile } from '../read-file.ts';
import type { DescribedFile, Description } from './description.ts';
import { invalid } from './read-description.ts';

/** What is known of the file of an image. */
export interface MeasuredImage {
  readonly path: string;
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string;
  /** As its manifest has them. */
  readonly devices: readonly Device[];
}

/** By the name that the description has for it. */
export type MeasuredImages = ReadonlyMap<string, MeasuredImage>;

const MEBIBYTE = 1024 * 1024;

/** Where a file is that a description names. */
export function placeOf(description: string, { path }: DescribedFile): string {
  return resolve(dirname(description), path);
}

/** Reads every image that is named, each once. Throws a `Failure`. */
export async function measureImages(
  file: string,
  { unikernels }: Description,
): Promise<MeasuredImages> {
  const images = new Map<string, MeasuredImage>();
  for (const { image } of unikernels.values()) {
    if (image.file === null || images.has(image.file.path)) continue;
    images.set(image.file.path, await measure(file, image.file));
  }
  return images;
}

async function measure(file: string, described: DescribedFile): Promise<MeasuredImage> {
  const path = placeOf(file, described);
  await using image = await openFile(path);
  const hash = createHash('sha256');
  for await (const bytes of image.source.pieces()) hash.update(bytes);
  try {
    return { path, digest: hash.digest('hex'), devices: devicesOfImage(image) };
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new Failure(error.code, `${path}: ${error.message}`, error.details);
  }
}

/** Whether what should be on block devices can be read, and fits. Throws a `Failure`. */
export async function checkContents(file: string, { blocks }: Description): Promise<void> {
  for (const [name, { sizeMib, content }] of blocks) {
    if (content === null) continue;
    await using opened = await openFile(placeOf(file, content));
    if (opened.sizeBytes <= sizeMib * MEBIBYTE) continue;
    const what = `${content.path} has ${opened.sizeBytes} bytes, more than the ${sizeMib} MiB of ${name}`;
    throw invalid(file, content.at, what);
  }
}

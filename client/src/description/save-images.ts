import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import { getUnikernel } from '@albatross/shared/contracts/unikernel';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bars } from '../progress.ts';
import { openFile } from '../read-file.ts';
import { receive } from '../receive.ts';
import { saveFile } from '../write-file.ts';
import type { KnownImage, RunningTree } from './read-tree.ts';

/**
 * Saves every image of a tree once, as FOLDER/SHA256.TARGET; a file that is right already is kept. Returns the
 * files by digest. Throws a `Failure`.
 */
export async function saveImages(
  bus: Bus,
  { tree, images }: RunningTree,
  folder: string,
  bars: Bars,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure('FILE_UNWRITABLE', `${folder} cannot be made: ${error.code}`, {
      file: folder,
    });
  });
  const saved = new Map<string, string>();
  for (const { digest } of tree.unikernels.values()) {
    const image = images.get(digest);
    if (image === undefined || saved.has(digest)) continue;
    const path = join(folder, `${digest}.${image.target}`);
    if (!(await holds(path, digest))) await save(bus, image, digest, path, bars);
    saved.set(digest, path);
  }
  return saved;
}

async function holds(path: string, digest: string): Promise<boolean> {
  try {
    await using file = await openFile(path);
    const hash = createHash('sha256');
    for await (const bytes of file.source.pieces()) hash.update(bytes);
    return hash.digest('hex') === digest;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** What has this name by its digest and is something else is of no use to anybody. */
async function save(
  bus: Bus,
  { holder: name }: KnownImage,
  digest: string,
  path: string,
  bars: Bars,
): Promise<void> {
  await saveFile(path, true, async (write) => {
    const hash = createHash('sha256');
    const image = await bus.request(getUnikernel, { name, compressionLevel: 0 });
    await receive(bus, name, image, bars, async (bytes) => {
      hash.update(bytes);
      await write(bytes);
    });
    if (hash.digest('hex') === digest) return;
    throw new Failure(
      'BLOB_DIGEST_MISMATCH',
      `${name} has another image by now; give the command again`,
      { name },
    );
  });
}

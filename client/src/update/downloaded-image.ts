import { fileSource } from '@albatross/shared/bus/blob-source';
import { Failure } from '@albatross/shared/contracts/failures';
import { randomBytes, createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenFile } from '../read-file.ts';
import type { Write } from '../write-file.ts';

export interface DownloadedImage extends OpenFile {
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string;
}

/**
 * What `produce` hands over, in a file that has no name any more: nothing of it stays, however we end. Throws a
 * `Failure` `FILE_UNWRITABLE`, or what `produce` throws.
 */
export async function downloadImage(
  produce: (write: Write) => Promise<void>,
): Promise<DownloadedImage> {
  const file = await openNameless();
  try {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    await produce(async (bytes) => {
      hash.update(bytes);
      await file.writeFile(bytes).catch(failing);
      sizeBytes += bytes.length;
    });
    return {
      source: fileSource(file, sizeBytes),
      sizeBytes,
      fd: file.fd,
      digest: hash.digest('hex'),
      [Symbol.asyncDispose]: async () => await file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `albatross-update-${randomBytes(8).toString('hex')}`);
  const file = await open(path, 'wx+', 0o600).catch(failing);
  await rm(path, { force: true }).catch(() => undefined);
  return file;
}

function failing(error: unknown): never {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  throw new Failure(
    'FILE_UNWRITABLE',
    `the image cannot be kept in ${tmpdir()}: ${why}; TMPDIR names another folder`,
  );
}

import { fileSource, type BlobSource } from '@albatross/shared/bus/blob-source';
import { Failure } from '@albatross/shared/contracts/failures';
import { open } from 'node:fs/promises';

/** An open file to be uploaded, read piece by piece. */
export interface OpenFile extends AsyncDisposable {
  readonly fd: number;
  readonly source: BlobSource;
  readonly sizeBytes: number;
}

/** Throws a `Failure` `FILE_UNREADABLE`. */
export async function openFile(path: string): Promise<OpenFile> {
  try {
    const file = await open(path, 'r');
    const close = async (): Promise<void> => await file.close();
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new Failure('FILE_UNREADABLE', `${path} is no plain file`);
      const source = fileSource(file, stat.size);
      return { fd: file.fd, source, sizeBytes: stat.size, [Symbol.asyncDispose]: close };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure('FILE_UNREADABLE', `${path} cannot be read: ${why}`, { file: path });
  }
}

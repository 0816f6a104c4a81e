import { deflated, type Bytes } from '@albatross/shared/bus/zlib-stream';
import {
  BLOB_CHUNK_BYTES_MAX,
  BLOB_IDLE_MS,
  type BlobPurpose,
  type readBlob,
} from '@albatross/shared/contracts/blob';
import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { writeAll } from '@albatross/shared/runtime/sparse-file';
import { randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { sharerOf, type BlobRoom, type BlobShare } from './blob-room.ts';
import { diskFailure } from '../disk.ts';

/** Downloads that are being compressed at a time. */
export const COMPRESSIONS_MAX = 8;

/** An open file to be read by a caller. It is closed with the download, whatever comes of it. */
export interface Offered {
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly purpose: BlobPurpose;
  /** 0: as it is. */
  readonly compressionLevel: number;
  /** Called once, when the file is not needed any more. */
  readonly onEnd: () => void;
}

interface Download {
  readonly owner: string;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  readonly share: BlobShare;
  readonly onEnd: () => void;
  readonly timer: NodeJS.Timeout;
  /** Its end was read: nothing of it is needed any more. */
  isRead: boolean;
}

/** Files that callers are reading. What is compressed is so beforehand, into a file without a name. */
export class Downloads implements AsyncDisposable {
  readonly #folder: string;
  readonly #room: BlobRoom;
  readonly #downloads = new Map<string, Download>();
  #compressions = 0;

  constructor(folder: string, room: BlobRoom) {
    this.#folder = folder;
    this.#room = room;
  }

  async offer(
    caller: string,
    name: UnikernelName,
    offered: Offered,
  ): Promise<{ blob: string; sizeBytes: number }> {
    let share: BlobShare | null = null;
    try {
      share = this.#room.admit(sharerOf(caller, name), offered.purpose, 0);
      const ready =
        offered.compressionLevel === 0 ? offered : await this.#compressed(offered, share);
      const blob = randomBytes(16).toString('hex');
      const { file, sizeBytes, onEnd } = ready;
      const [owner, timer] = [ownerOf(caller, name), this.#expiry(blob)];
      this.#downloads.set(blob, { owner, file, sizeBytes, share, onEnd, timer, isRead: false });
      return { blob, sizeBytes };
    } catch (error) {
      share?.release();
      await end(offered);
      throw diskFailure(error);
    }
  }

  /** Null when there is no such download. */
  async read(
    caller: string,
    { name, blob, offset }: RequestOf<typeof readBlob>,
  ): Promise<Uint8Array | null> {
    const download = this.#downloads.get(blob);
    if (download?.owner !== ownerOf(caller, name)) return null;
    download.timer.refresh();
    if (offset >= download.sizeBytes) {
      await this.#finish(download);
      return Buffer.of();
    }
    if (download.isRead) return null;
    const wanted = Math.min(BLOB_CHUNK_BYTES_MAX, download.sizeBytes - offset);
    return await readExactly(download.file, offset, wanted);
  }

  /** False when there is no such download. */
  async close(caller: string, name: UnikernelName, blob: string): Promise<boolean> {
    if (this.#downloads.get(blob)?.owner !== ownerOf(caller, name)) return false;
    await this.#drop(blob);
    return true;
  }

  async #compressed(offered: Offered, share: BlobShare): Promise<Offered> {
    if (this.#compressions >= COMPRESSIONS_MAX) {
      throw new Failure(
        'BLOB_LIMIT',
        `${COMPRESSIONS_MAX} downloads are being compressed; try again, or ask for level 0`,
      );
    }
    this.#compressions += 1;
    try {
      const spool = await this.#openNameless();
      try {
        const sizeBytes = await compress(offered, spool, share);
        await end(offered);
        return { ...offered, file: spool, sizeBytes, onEnd: () => undefined };
      } catch (error) {
        await spool.close();
        throw error;
      }
    } finally {
      this.#compressions -= 1;
    }
  }

  /** It is gone with its last handle, also when we are killed. */
  async #openNameless(): Promise<FileHandle> {
    const path = join(this.#folder, randomBytes(16).toString('hex'));
    const file = await open(path, 'wx+', 0o600);
    await rm(path).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
    return file;
  }

  /** The end may be asked for again, as after a reply that was lost. */
  async #finish(download: Download): Promise<void> {
    if (download.isRead) return;
    download.isRead = true;
    download.share.settle(0);
    await end(download);
  }

  #expiry(blob: string): NodeJS.Timeout {
    return setTimeout(() => void this.#drop(blob).catch(() => undefined), BLOB_IDLE_MS).unref();
  }

  async #drop(blob: string): Promise<void> {
    const download = this.#downloads.get(blob);
    if (download === undefined) return;
    this.#downloads.delete(blob);
    clearTimeout(download.timer);
    await this.#finish(download);
    download.share.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const blob of this.#downloads.keys()) await this.#drop(blob);
  }
}

export const ownerOf = (caller: string, name: UnikernelName): string => `${caller} ${name}`;

async function end({ file, onEnd }: Pick<Offered, 'file' | 'onEnd'>): Promise<void> {
  // Nothing was written through it that could be lost.
  await file.close().catch(() => undefined);
  onEnd();
}

async function compress(
  { file, sizeBytes, compressionLevel }: Offered,
  spool: FileHandle,
  share: BlobShare,
): Promise<number> {
  let written = 0;
  for await (const bytes of deflated(piecesOf(file, sizeBytes), compressionLevel)) {
    share.grow(written + bytes.length);
    await writeAll(spool, bytes, written);
    written += bytes.length;
    share.arrived(written);
  }
  return written;
}

async function* piecesOf(file: FileHandle, sizeBytes: number): Bytes {
  for (let at = 0; at < sizeBytes; at += BLOB_CHUNK_BYTES_MAX)
    yield await readExactly(file, at, Math.min(BLOB_CHUNK_BYTES_MAX, sizeBytes - at));
}

async function readExactly(file: FileHandle, offset: number, wanted: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(wanted);
  for (let done = 0; done < wanted;) {
    const { bytesRead } = await file.read(bytes, done, wanted - done, offset + done);
    if (bytesRead === 0) {
      throw new Failure('BLOB_INCOMPLETE', `what is read ends at ${offset + done} bytes already`);
    }
    done += bytesRead;
  }
  return bytes;
}

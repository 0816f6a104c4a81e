import {
  BLOB_BYTES_MAX,
  BLOB_IDLE_MS,
  type finishBlob,
  type openBlob,
  type writeBlob,
} from '@albatross/shared/contracts/blob';
import type { Done } from '@albatross/shared/contracts/fields';
import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure } from './disk.ts';

/** Uploads at a time, and bytes all of them may take on the disk. */
export const BLOBS_MAX = 512;
export const BLOBS_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Bytes of the disk no upload may take. */
export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;

interface Blob {
  readonly path: string;
  readonly file: FileHandle;
  readonly owner: string;
  readonly sizeBytes: number;
  readonly timer: NodeJS.Timeout;
  /** End of what was written. */
  arrivedBytes: number;
  readonly writes: Set<Promise<void>>;
  /** The digest, from when it is taken on: then no byte may change any more. */
  sealed: Promise<string> | null;
  /** Whether it is the one the caller named. */
  isFinished: boolean;
}

/** A finished upload, no longer known under its id. */
export interface TakenBlob {
  readonly path: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Uploads under way: files below the state folder, each of one caller and for one name. */
export class Blobs implements AsyncDisposable {
  readonly #folder: string;
  readonly #blobs = new Map<string, Blob>();
  /** Uploads and bytes admitted, those being opened included; and how much of it is on the disk. */
  #count = 0;
  #bytes = 0;
  #arrivedBytes = 0;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'blobs');
  }

  /** What a former supervisor left half-way is of no use to anybody. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const left of await readdir(this.#folder)) {
      await rm(join(this.#folder, left), { recursive: true, force: true });
    }
  }

  async open(
    caller: string,
    { name, sizeBytes }: RequestOf<typeof openBlob>,
  ): Promise<{ blob: string }> {
    if (sizeBytes === 0) throw new Failure('IMAGE_EMPTY', 'the image is empty');
    this.#reserve(sizeBytes);
    const id = randomBytes(16).toString('hex');
    const path = join(this.#folder, id);
    try {
      await this.#checkDisk(sizeBytes);
      const file = await open(path, 'wx+', 0o600);
      this.#blobs.set(id, {
        path,
        file,
        owner: ownerOf(caller, name),
        sizeBytes,
        timer: this.#expiry(id),
        arrivedBytes: 0,
        writes: new Set(),
        sealed: null,
        isFinished: false,
      });
    } catch (error) {
      this.#count -= 1;
      this.#bytes -= sizeBytes;
      throw diskFailure(error);
    }
    return { blob: id };
  }

  async write(caller: string, request: RequestOf<typeof writeBlob>): Promise<Done> {
    const { name, blob: id, offset, bytes } = request;
    const blob = this.#find(id, caller, name);
    if (blob.sealed !== null) {
      throw new Failure('BLOB_UNKNOWN', `the upload ${id} is no longer open for writing`);
    }
    if (offset + bytes.length > blob.sizeBytes) {
      throw new Failure(
        'BLOB_LIMIT',
        `the upload was opened for ${blob.sizeBytes} bytes; more came`,
      );
    }
    const writing = writeAll(blob.file, bytes, offset);
    blob.writes.add(writing);
    try {
      await writing;
      this.#arrived(id, blob, offset + bytes.length);
    } catch (error) {
      await this.#drop(id);
      throw diskFailure(error);
    } finally {
      blob.writes.delete(writing);
    }
    return {};
  }

  async finish(caller: string, request: RequestOf<typeof finishBlob>): Promise<Done> {
    const blob = this.#find(request.blob, caller, request.name);
    blob.sealed ??= seal(blob);
    if ((await blob.sealed) !== request.sha256) {
      await this.#drop(request.blob);
      throw new Failure('BLOB_DIGEST_MISMATCH', 'other bytes arrived than were sent; upload again');
    }
    blob.isFinished = true;
    return {};
  }

  /** Hands a finished upload over to a command, which now has to move or remove its file. */
  async take(caller: string, name: UnikernelName, id: string): Promise<TakenBlob> {
    const { path, sealed, isFinished, sizeBytes } = this.#find(id, caller, name);
    if (sealed === null || !isFinished) {
      throw new Failure('BLOB_INCOMPLETE', 'the upload was not finished');
    }
    await this.#forget(id);
    return { path, digest: await sealed, sizeBytes };
  }

  /** Every sign of life puts the end off. */
  #find(id: string, caller: string, name: UnikernelName): Blob {
    const blob = this.#blobs.get(id);
    if (blob?.owner !== ownerOf(caller, name)) {
      throw new Failure(
        'BLOB_UNKNOWN',
        `there is no upload ${id} for ${name}; it may have expired`,
      );
    }
    blob.timer.refresh();
    return blob;
  }

  /** In one breath, so that uploads begun at the same time cannot overshoot a limit. */
  #reserve(sizeBytes: number): void {
    if (sizeBytes > BLOB_BYTES_MAX) {
      throw new Failure(
        'BLOB_LIMIT',
        `an image has at most ${BLOB_BYTES_MAX} bytes, this one ${sizeBytes}`,
      );
    }
    if (this.#count >= BLOBS_MAX || this.#bytes + sizeBytes > BLOBS_BYTES_MAX) {
      throw new Failure('BLOB_LIMIT', 'too many uploads are under way; try again');
    }
    this.#count += 1;
    this.#bytes += sizeBytes;
  }

  /** All uploads that were let in must fit, with what of them is still to come. */
  async #checkDisk(sizeBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    const toCome = this.#bytes - this.#arrivedBytes;
    if (toCome + DISK_RESERVE_BYTES > bavail * bsize) {
      throw new Failure('DISK_FULL', `there is no room for ${sizeBytes} bytes on the disk`);
    }
  }

  #arrived(id: string, blob: Blob, end: number): void {
    if (end <= blob.arrivedBytes || this.#blobs.get(id) !== blob) return;
    this.#arrivedBytes += end - blob.arrivedBytes;
    blob.arrivedBytes = end;
  }

  #expiry(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.#drop(id).catch(() => undefined), BLOB_IDLE_MS).unref();
  }

  async #drop(id: string): Promise<void> {
    const path = this.#blobs.get(id)?.path;
    await this.#forget(id);
    if (path !== undefined) await rm(path, { force: true });
  }

  async #forget(id: string): Promise<void> {
    const blob = this.#blobs.get(id);
    if (blob === undefined) return;
    this.#blobs.delete(id);
    this.#count -= 1;
    this.#bytes -= blob.sizeBytes;
    this.#arrivedBytes -= blob.arrivedBytes;
    clearTimeout(blob.timer);
    await blob.file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#blobs.keys()) await this.#drop(id);
  }
}

const ownerOf = (caller: string, name: UnikernelName): string => `${caller} ${name}`;

/** The kernel may take less than it was given, as it does of the last chunk that a full disk has room for. */
async function writeAll(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

/** Under its digest an image is kept for everybody, so it must be that of the very bytes. */
async function seal(blob: Blob): Promise<string> {
  try {
    await Promise.allSettled(blob.writes);
    const { size } = await blob.file.stat();
    if (size >= blob.sizeBytes) return await digestOf(blob.path);
    throw new Failure('BLOB_INCOMPLETE', `${size} of ${blob.sizeBytes} bytes have arrived`);
  } catch (error) {
    blob.sealed = null;
    throw error;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

import {
  BLOB_BYTES_MAX,
  BLOB_IDLE_MS,
  zlibBytesMax,
  type BlobPurpose,
  type closeBlob,
  type finishBlob,
  type openBlob,
  type readBlob,
  type writeBlob,
} from '@albatross/shared/contracts/blob';
import type { Done } from '@albatross/shared/contracts/fields';
import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { writeAll } from '@albatross/shared/runtime/sparse-file';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobRoom, sharerOf, type BlobShare } from './blob-room.ts';
import { diskFailure } from '../disk.ts';
import { Downloads, ownerOf, type Offered } from './downloads.ts';

interface Blob {
  readonly path: string;
  readonly file: FileHandle;
  readonly owner: string;
  readonly purpose: BlobPurpose;
  /** Null: not known before it is finished. */
  readonly sizeBytes: number | null;
  readonly bytesMax: number;
  readonly share: BlobShare;
  readonly timer: NodeJS.Timeout;
  readonly writes: Set<Promise<void>>;
  /** Its digest and size, from when they are taken on: then no byte may change any more. */
  sealed: Promise<Sealed> | null;
  /** Whether the digest is the one the caller named. */
  isFinished: boolean;
}

interface Sealed {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A finished upload, no longer known under its id. It counts until whoever took it lets go. */
export interface TakenBlob {
  readonly path: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly share: BlobShare;
  /** Removes the file unless it was moved away; never throws, and may be called again. */
  readonly release: () => Promise<void>;
}

type Opening = Pick<RequestOf<typeof openBlob>, 'name' | 'sizeBytes'> &
  Partial<RequestOf<typeof openBlob>>;

export interface BlobsOptions {
  /** Size of a block device whose content may be replaced now. Throws a `Failure`. */
  readonly blockBytes: (name: UnikernelName) => number;
}

const noBlocks: BlobsOptions = {
  blockBytes: (name) => {
    throw new Failure('BLOCK_NOT_FOUND', `there is no block device ${name}`, { name });
  },
};

/** Uploads and downloads under way, each of one caller and for one name; in files below the state folder. */
export class Blobs implements AsyncDisposable {
  readonly room: BlobRoom;
  readonly #folder: string;
  readonly #options: BlobsOptions;
  readonly #blobs = new Map<string, Blob>();
  readonly #downloads: Downloads;

  constructor(stateFolder: string, options: BlobsOptions = noBlocks) {
    this.#folder = join(stateFolder, 'blobs');
    this.#options = options;
    this.room = new BlobRoom(this.#folder);
    this.#downloads = new Downloads(this.#folder, this.room);
  }

  /** What a former supervisor left half-way is of no use to anybody. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const left of await readdir(this.#folder)) {
      await rm(join(this.#folder, left), { recursive: true, force: true });
    }
  }

  async open(caller: string, request: Opening): Promise<{ blob: string }> {
    const { name, sizeBytes, purpose = 'image' } = request;
    if (purpose === 'image' && sizeBytes === 0) throw emptyImage();
    const bytesMax = this.#bytesMax(request);
    if ((sizeBytes ?? 0) > bytesMax) throw tooLarge(purpose, bytesMax);
    const share = this.room.admit(sharerOf(caller, name), purpose, sizeBytes ?? 0);
    const id = randomBytes(16).toString('hex');
    const path = join(this.#folder, id);
    try {
      this.#blobs.set(id, {
        path,
        file: await open(path, 'wx+', 0o600),
        owner: ownerOf(caller, name),
        purpose,
        sizeBytes,
        bytesMax: sizeBytes ?? bytesMax,
        share,
        timer: this.#expiry(id),
        writes: new Set(),
        sealed: null,
        isFinished: false,
      });
    } catch (error) {
      share.release();
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
    const end = offset + bytes.length;
    if (end > blob.bytesMax) throw outgrown(blob);
    blob.share.grow(end);
    const writing = writeAll(blob.file, bytes, offset);
    blob.writes.add(writing);
    try {
      await writing;
      blob.share.arrived(end);
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
    if ((await blob.sealed).digest !== request.sha256) {
      await this.#drop(request.blob);
      throw new Failure('BLOB_DIGEST_MISMATCH', 'other bytes arrived than were sent; upload again');
    }
    blob.isFinished = true;
    return {};
  }

  /** Hands a finished upload over to a command, which now has to let go of it in the end. */
  async take(caller: string, name: UnikernelName, id: string): Promise<TakenBlob> {
    const { path, sealed, isFinished, share } = this.#find(id, caller, name);
    if (sealed === null || !isFinished) {
      throw new Failure('BLOB_INCOMPLETE', 'the upload was not finished');
    }
    await this.#forget(id);
    const release = async (): Promise<void> => {
      // Mostly it was moved away.
      await unlink(path).catch(() => undefined);
      share.release();
    };
    return { path, ...(await sealed), share, release };
  }

  /** Makes a download of a file, which is closed with it or when this fails. Throws a `Failure`. */
  async offer(
    caller: string,
    name: UnikernelName,
    offered: Offered,
  ): Promise<{ blob: string; sizeBytes: number }> {
    return await this.#downloads.offer(caller, name, offered);
  }

  async read(caller: string, request: RequestOf<typeof readBlob>): Promise<{ bytes: Uint8Array }> {
    const bytes = await this.#downloads.read(caller, request);
    if (bytes === null) throw unknownBlob(request.blob, request.name);
    return { bytes };
  }

  async close(caller: string, { name, blob }: RequestOf<typeof closeBlob>): Promise<Done> {
    const isDownload = await this.#downloads.close(caller, name, blob);
    if (!isDownload && this.#blobs.get(blob)?.owner === ownerOf(caller, name))
      await this.#drop(blob);
    return {};
  }

  #bytesMax({ name, purpose = 'image', compressed = false }: Opening): number {
    if (purpose === 'image') return BLOB_BYTES_MAX;
    const sizeBytes = this.#options.blockBytes(name);
    return compressed ? zlibBytesMax(sizeBytes) : sizeBytes;
  }

  /** Every sign of life puts the end off. */
  #find(id: string, caller: string, name: UnikernelName): Blob {
    const blob = this.#blobs.get(id);
    if (blob?.owner !== ownerOf(caller, name)) throw unknownBlob(id, name);
    blob.timer.refresh();
    return blob;
  }

  #expiry(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.#drop(id).catch(() => undefined), BLOB_IDLE_MS).unref();
  }

  async #drop(id: string): Promise<void> {
    const blob = this.#blobs.get(id);
    if (blob === undefined) return;
    await this.#forget(id);
    blob.share.release();
    await rm(blob.path, { force: true });
  }

  async #forget(id: string): Promise<void> {
    const blob = this.#blobs.get(id);
    if (blob === undefined) return;
    this.#blobs.delete(id);
    clearTimeout(blob.timer);
    await blob.file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#downloads[Symbol.asyncDispose]();
    for (const id of this.#blobs.keys()) await this.#drop(id);
  }
}

/** Under its digest an image is kept for everybody, so it must be that of the very bytes. */
async function seal(blob: Blob): Promise<Sealed> {
  try {
    await Promise.allSettled(blob.writes);
    const { size } = await blob.file.stat();
    if (size < (blob.sizeBytes ?? 0)) {
      throw new Failure('BLOB_INCOMPLETE', `${size} of ${blob.sizeBytes} bytes have arrived`);
    }
    if (blob.purpose === 'image' && size === 0) throw emptyImage();
    return { digest: await digestOf(blob.path), sizeBytes: size };
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

function emptyImage(): Failure {
  return new Failure('IMAGE_EMPTY', 'the image is empty');
}

function unknownBlob(id: string, name: UnikernelName): Failure {
  return new Failure(
    'BLOB_UNKNOWN',
    `there is no upload or download ${id} for ${name}; it may have expired`,
  );
}

function tooLarge(purpose: BlobPurpose, bytesMax: number): Failure {
  return purpose === 'image'
    ? new Failure('BLOB_LIMIT', `an image has at most ${bytesMax} bytes; this one has more`)
    : new Failure('BLOCK_OVERFLOW', `the content has more than the ${bytesMax} bytes there are`);
}

function outgrown({ sizeBytes, purpose, bytesMax }: Blob): Failure {
  if (sizeBytes === null) return tooLarge(purpose, bytesMax);
  return new Failure('BLOB_LIMIT', `the upload was opened for ${sizeBytes} bytes; more came`);
}

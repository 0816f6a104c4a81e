import { failureCode } from '@albatross/shared/bus/testing/asserts';
import type { FailureCode } from '@albatross/shared/contracts/failures';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Blobs, type BlobsOptions, type TakenBlob } from '../blobs/blobs.ts';

export const name = parseUnikernelName('hello');
export const bytes = Buffer.from('the bytes of an image');
export const MIB = 2 ** 20;

export const digestOf = (of: Uint8Array): string => createHash('sha256').update(of).digest('hex');

/** Uploads of one caller for one name, as a supervisor takes them. */
export class BlobBench implements AsyncDisposable {
  readonly state: string;
  readonly blobs: Blobs;

  private constructor(state: string, options?: BlobsOptions) {
    this.state = state;
    this.blobs = new Blobs(state, options);
  }

  /** In a folder of its own, unless one is given. */
  static async make(folder?: string, options?: BlobsOptions): Promise<BlobBench> {
    const state = folder ?? (await mkdtemp(join(tmpdir(), 'albatross-blobs-')));
    const bench = new BlobBench(state, options);
    await bench.blobs.prepare();
    return bench;
  }

  readonly open = async (sizeBytes: number | null = bytes.length): Promise<string> =>
    (await this.blobs.open('admin', { name, sizeBytes })).blob;

  readonly write = async (blob: string, part: Uint8Array = bytes, offset = 0): Promise<void> =>
    void (await this.blobs.write('admin', { name, blob, offset, bytes: part }));

  readonly finish = async (blob: string, sha256 = digestOf(bytes)): Promise<void> =>
    void (await this.blobs.finish('admin', { name, blob, sha256 }));

  readonly close = async (blob: string): Promise<void> =>
    void (await this.blobs.close('admin', { name, blob }));

  readonly uploaded = async (content: Uint8Array = bytes): Promise<string> => {
    const blob = await this.open(content.length);
    await this.write(blob, content);
    await this.finish(blob, digestOf(content));
    return blob;
  };

  readonly take = async (blob: string): Promise<TakenBlob> =>
    await this.blobs.take('admin', name, blob);

  readonly files = async (): Promise<readonly string[]> => await readdir(join(this.state, 'blobs'));

  async [Symbol.asyncDispose](): Promise<void> {
    await this.blobs[Symbol.asyncDispose]();
    await rm(join(this.state, 'blobs'), { recursive: true });
    // One that was given is not ours to remove.
    await rmdir(this.state).catch(() => undefined);
  }
}

/** How many files of ours are open: what else the process has comes and goes. */
export async function openFiles(): Promise<number> {
  const open = await readdir('/proc/self/fd');
  const files = await Promise.all(
    open.map(async (fd) => await readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return files.filter((path) => path.includes('/albatross-')).length;
}

export async function refuses(code: FailureCode, promise: Promise<unknown>): Promise<void> {
  assert.equal(await failureCode(promise), code);
}

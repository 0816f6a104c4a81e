import { imagesFolder } from '@albatross/shared/runtime/folders';
import { syncFolder } from '@albatross/shared/runtime/write-file';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure } from '../disk.ts';
import type { Offered } from './downloads.ts';
import { Turns } from '../turns.ts';

/**
 * Images by the SHA-256 of their bytes, shared by all unikernels made from the same one: below the state
 * folder `images/sha256/<hex>`, readable for every tender's user (who only ever gets it as an open file).
 */
export class Images {
  readonly #folder: string;
  readonly #users = new Map<string, number>();
  /** A file is not taken away while another upload of the same bytes relies on it. */
  readonly #turns = new Turns<string>();

  constructor(stateFolder: string) {
    this.#folder = imagesFolder(stateFolder);
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  path(digest: string): string {
    return join(this.#folder, digest);
  }

  /** Takes over a finished upload; whoever asked for it holds it until `release`. */
  async adopt(file: string, digest: string): Promise<void> {
    this.hold(digest);
    try {
      await this.#turns.take(digest, async () => await this.#moveIn(file, digest));
    } catch (error) {
      await this.release(digest);
      throw diskFailure(error);
    }
  }

  async #moveIn(file: string, digest: string): Promise<void> {
    // Many may be made from one image at the same time, each with an upload of its own.
    if (existsSync(this.path(digest))) return await rm(file);
    const image = await open(file, 'r');
    try {
      await image.chmod(0o444);
      await image.sync();
    } finally {
      await image.close();
    }
    await rename(file, this.path(digest));
    await syncFolder(this.#folder);
  }

  hold(digest: string): void {
    this.#users.set(digest, (this.#users.get(digest) ?? 0) + 1);
  }

  /**
   * The last one to let go takes the file away; a tender that runs has it open. Never throws: what cannot be
   * removed now is removed at the next start.
   */
  async release(digest: string): Promise<void> {
    const users = (this.#users.get(digest) ?? 0) - 1;
    if (users > 0) {
      this.#users.set(digest, users);
      return;
    }
    this.#users.delete(digest);
    await this.#turns.take(digest, async () => {
      if (!this.#users.has(digest)) await removeFile(this.path(digest));
    });
  }

  /** To be offered for download; it can be read to its end even if the last one lets go meanwhile. */
  async export(digest: string, compressionLevel: number): Promise<Offered> {
    const file = await open(this.path(digest), 'r');
    try {
      const { size: sizeBytes } = await file.stat();
      return { file, sizeBytes, purpose: 'image', compressionLevel, onEnd: () => undefined };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Removes what nobody holds, as a crash may leave it. */
  async removeUnheld(): Promise<void> {
    for (const digest of await readdir(this.#folder)) {
      if (!this.#users.has(digest)) await removeFile(this.path(digest));
    }
  }
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

import { NewerFormat } from '@albatross/shared/contracts/stored-version';
import {
  parseRecord,
  serializeRecord,
  type StoredRecord,
} from '@albatross/shared/contracts/stored-unikernel';
import { parseUnikernelName, wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { unikernelsFolder } from '@albatross/shared/runtime/folders';
import { draftOf, syncFolder, writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { allDone } from '../all-done.ts';
import { newerFile } from '../newer-file.ts';
import { Turns } from '../turns.ts';

/** What is on the disk. */
export interface Stored {
  readonly records: readonly StoredRecord[];
  /** Names whose record could not be read and was put aside: nothing is known of them, so nothing of theirs is touched. */
  readonly damaged: readonly UnikernelName[];
}

/** `unikernels/<name>/config` below the state folder. */
export class Store {
  readonly #folder: string;
  /** Writes and removals of one name happen one after the other, in the order they were asked for. */
  readonly #turns = new Turns<UnikernelName>();
  /** Names whose folder may not be on the disk yet. */
  readonly #unsynced = new Set<UnikernelName>();

  constructor(stateFolder: string) {
    this.#folder = unikernelsFolder(stateFolder);
  }

  /** Before anything is written: also removes what a supervisor that was killed had begun to write. */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const entry of await readdir(this.#folder, { withFileTypes: true })) {
      if (entry.isDirectory())
        await rm(draftOf(join(this.#folder, entry.name, 'config')), { force: true });
    }
  }

  async write(stored: StoredRecord): Promise<void> {
    await this.#turns.take(stored.name, async () => {
      const folder = this.#folderOf(stored.name);
      const isNew = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
      if (isNew) this.#unsynced.add(stored.name);
      // One may be on the disk before the other: nobody is answered before both are.
      await allDone([
        writeFileAtomically(join(folder, 'config'), serializeRecord(stored)),
        ...(this.#unsynced.has(stored.name) ? [syncFolder(this.#folder)] : []),
      ]);
      this.#unsynced.delete(stored.name);
    });
  }

  async remove(unikernel: UnikernelName): Promise<void> {
    await this.#turns.take(unikernel, async () => {
      await rm(this.#folderOf(unikernel), { recursive: true, force: true });
      await syncFolder(this.#folder);
    });
  }

  /**
   * All records; one that cannot be read is put aside, told to `onDamaged`, and does not stop the rest.
   * Throws `StartError` for a record that a newer version wrote, and moves none then.
   */
  async readAll(onDamaged: (file: string, error: unknown) => void): Promise<Stored> {
    const records: StoredRecord[] = [];
    const damaged: UnikernelName[] = [];
    const putAside: string[] = [];
    for (const folder of await readdir(this.#folder)) {
      const file = join(this.#folder, folder, 'config');
      try {
        const text = await readFile(file, 'utf8').catch(missing);
        if (text !== null) records.push(parseRecord(text, folder));
        else if (!(await removeIfEmpty(join(this.#folder, folder))))
          damaged.push(...nameOf(folder));
      } catch (error) {
        if (error instanceof NewerFormat) throw newerFile(file, error);
        onDamaged(file, error);
        damaged.push(...nameOf(folder));
        putAside.push(file);
      }
    }
    for (const file of putAside) await rename(file, `${file}.damaged`).catch(() => undefined);
    return { records, damaged };
  }

  #folderOf(unikernel: UnikernelName): string {
    return join(this.#folder, wireForm(unikernel));
  }
}

function nameOf(folder: string): readonly UnikernelName[] {
  try {
    return [parseUnikernelName(folder)];
  } catch {
    return [];
  }
}

/** A folder without a config is what a crash between making the two left, or holds a damaged one: then false. */
async function removeIfEmpty(folder: string): Promise<boolean> {
  return await rmdir(folder).then(
    () => true,
    () => false,
  );
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

import { parseUnikernelName, wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { isTenderTarget, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { draftOf, syncFolder, writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Turns } from './turns.ts';

/**
 * What is remembered of one unikernel: one JSON file, always replaced as a whole. `run`: it should be
 * running; `ended`: it came to an end by itself; `gone`: it was destroyed, and only the outcomes of
 * requests are still worth knowing.
 */
export type Desire =
  | { readonly kind: 'run'; readonly unikernel: StoredUnikernel }
  | {
      readonly kind: 'ended';
      readonly unikernel: StoredUnikernel;
      readonly exit: z.output<typeof exit>;
    }
  | { readonly kind: 'gone' };

export interface StoredUnikernel {
  readonly config: UnikernelConfig;
  /** The user its tender runs as; null: as the supervisor's own. */
  readonly uid: number | null;
  readonly restarts: number;
  /** Number of its newest life. */
  readonly life: number;
}

/** That a request was carried out; written together with what it changed. */
export type Outcome = z.output<typeof outcome>;

export interface StoredRecord {
  readonly name: UnikernelName;
  readonly desire: Desire;
  readonly outcomes: readonly Outcome[];
}

/** The unikernel a record is about; null when it was destroyed. */
export function unikernelIn({ desire }: StoredRecord): StoredUnikernel | null {
  return desire.kind === 'gone' ? null : desire.unikernel;
}

const exit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: z.number().int() }),
  z.strictObject({ kind: z.literal('signal'), signal: z.number().int() }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

const name = z.string().transform(parseUnikernelName);

const unikernel = z.strictObject({
  config: z.strictObject({
    name,
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    target: z.string().refine(isTenderTarget),
    abiVersion: z.number().int(),
    memoryMib: z.number().int().positive(),
    arguments: z.array(z.string()),
    addName: z.boolean(),
  }),
  uid: z.number().int().nullable(),
  restarts: z.number().int().nonnegative(),
  life: z.number().int().nonnegative(),
});

const outcome = z.strictObject({
  caller: z.string(),
  id: z.string(),
  /** SHA-256 of what was asked, see `asked`. */
  body: z.string(),
  at: z.number(),
  /** What the caller was, or would have been, answered. */
  reply: z.record(z.string(), z.unknown()),
});

const record = z.strictObject({
  version: z.literal(1),
  name,
  desire: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('run'), unikernel }),
    z.strictObject({ kind: z.literal('ended'), unikernel, exit }),
    z.strictObject({ kind: z.literal('gone') }),
  ]),
  outcomes: z.array(outcome),
});

/** `unikernels/<name>/config` below the state folder. */
export class Store {
  readonly #folder: string;
  /** Writes and removals of one name happen one after the other, in the order they were asked for. */
  readonly #turns = new Turns<UnikernelName>();

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'unikernels');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  async write(stored: StoredRecord): Promise<void> {
    await this.#turns.take(stored.name, async () => {
      const folder = this.#folderOf(stored.name);
      const isNew = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
      if (isNew) await syncFolder(this.#folder);
      const text = JSON.stringify({ version: 1, ...stored }, null, 2);
      await writeFileAtomically(join(folder, 'config'), `${text}\n`);
    });
  }

  async remove(unikernel: UnikernelName): Promise<void> {
    await this.#turns.take(unikernel, async () => {
      await rm(this.#folderOf(unikernel), { recursive: true, force: true });
      await syncFolder(this.#folder);
    });
  }

  /** All records; one that cannot be read is put aside, told to `onDamaged`, and does not stop the rest. */
  async readAll(
    onDamaged: (file: string, error: unknown) => void,
  ): Promise<readonly StoredRecord[]> {
    const records: StoredRecord[] = [];
    for (const folder of await readdir(this.#folder)) {
      const file = join(this.#folder, folder, 'config');
      try {
        const text = await readFile(file, 'utf8').catch(missing);
        if (text === null) await removeIfEmpty(join(this.#folder, folder));
        else records.push(parseRecord(text, folder));
      } catch (error) {
        onDamaged(file, error);
        await rename(file, `${file}.damaged`).catch(() => undefined);
      }
    }
    return records;
  }

  #folderOf(unikernel: UnikernelName): string {
    return join(this.#folder, wireForm(unikernel));
  }
}

function parseRecord(text: string, folder: string): StoredRecord {
  const { version: _, ...stored } = record.parse(JSON.parse(text));
  if (wireForm(stored.name) !== folder) throw new Error(`it holds ${stored.name}`);
  return stored;
}

/** A folder without a config is what a crash between making the two left, or holds a damaged one. */
async function removeIfEmpty(folder: string): Promise<void> {
  await rm(draftOf(join(folder, 'config')), { force: true });
  await rmdir(folder).catch(() => undefined);
}

function missing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

import { parseUnikernelName, wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { isTenderTarget, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { StartError } from '@albatross/shared/runtime/run';
import { draftOf, syncFolder, writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Turns } from '../turns.ts';

/**
 * What is remembered of one unikernel: one JSON file, always replaced as a whole. `run`: it should be
 * running; `stop`: it should not, until somebody asks for it; `ended`: it came to an end by itself;
 * `failed`: it did so too often; `gone`: it was destroyed, and only the outcomes of requests are still
 * worth knowing.
 */
export type Desire =
  /** `ending`: a life that somebody is ending to start the next one. */
  | {
      readonly kind: 'run';
      readonly unikernel: StoredUnikernel;
      readonly ending?: number | undefined;
    }
  | { readonly kind: 'stop' | 'ended'; readonly unikernel: StoredUnikernel }
  | { readonly kind: 'failed'; readonly unikernel: StoredUnikernel; readonly why: string }
  | { readonly kind: 'gone' };

export interface StoredUnikernel {
  readonly config: UnikernelConfig;
  /** The user its tender runs as; null: as the supervisor's own. */
  readonly uid: number | null;
  readonly restarts: number;
  /** Number of its newest life. */
  readonly life: number;
  /** Lives that were not healthy since the last that was. */
  readonly failures: number;
  /** The newest ends, oldest first. */
  readonly pastLives: readonly PastLife[];
}

/** How one life ended. */
export type PastLife = z.output<typeof pastLife>;

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

const RECORD_VERSION = 1;

const exit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: z.number().int() }),
  z.strictObject({ kind: z.literal('signal'), signal: z.number().int() }),
  z.strictObject({ kind: z.literal('unknown') }),
]);

const pastLife = z.strictObject({
  life: z.number().int().positive(),
  exit,
  /** When it ended, milliseconds since 1970. */
  at: z.number(),
  lifetimeMs: z.number().nonnegative(),
});

const name = z.string().transform(parseUnikernelName);

const unikernel = z.strictObject({
  config: z.strictObject({
    name,
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    target: z.string().refine(isTenderTarget),
    abiVersion: z.number().int(),
    memoryMib: z.number().int().positive(),
    cpus: z.array(z.number().int().nonnegative()),
    nets: z.array(
      z.strictObject({ name: z.string(), bridge: z.string(), mac: z.string().nullable() }),
    ),
    blocks: z.array(
      z.strictObject({
        name: z.string(),
        device: z.string(),
        sectorBytes: z.number().int().nullable(),
      }),
    ),
    startupPriority: z.number().int().nonnegative(),
    restart: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('never') }),
      z.strictObject({ kind: z.literal('on-exit'), statuses: z.array(z.number().int()) }),
    ]),
    arguments: z.array(z.string()),
    addName: z.boolean(),
  }),
  uid: z.number().int().nullable(),
  restarts: z.number().int().nonnegative(),
  life: z.number().int().nonnegative(),
  failures: z.number().int().nonnegative(),
  pastLives: z.array(pastLife),
});

export const outcome = z.strictObject({
  caller: z.string(),
  id: z.string(),
  /** SHA-256 of what was asked, see `asked`. */
  body: z.string(),
  at: z.number(),
  /** What the caller was, or would have been, answered. */
  reply: z.record(z.string(), z.unknown()),
  /** The event that tells of it. */
  event: z.record(z.string(), z.unknown()).optional(),
});

const record = z.strictObject({
  version: z.literal(RECORD_VERSION),
  name,
  desire: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('run'),
      unikernel,
      ending: z.number().int().positive().optional(),
    }),
    z.strictObject({ kind: z.enum(['stop', 'ended']), unikernel }),
    z.strictObject({ kind: z.literal('failed'), unikernel, why: z.string() }),
    z.strictObject({ kind: z.literal('gone') }),
  ]),
  outcomes: z.array(outcome),
});

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

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'unikernels');
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
      if (isNew) await syncFolder(this.#folder);
      const text = JSON.stringify({ version: RECORD_VERSION, ...stored }, null, 2);
      await writeFileAtomically(join(folder, 'config'), `${text}\n`);
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
   * Throws `StartError` for a record that a newer version wrote.
   */
  async readAll(onDamaged: (file: string, error: unknown) => void): Promise<Stored> {
    const records: StoredRecord[] = [];
    const damaged: UnikernelName[] = [];
    for (const folder of await readdir(this.#folder)) {
      const file = join(this.#folder, folder, 'config');
      try {
        const text = await readFile(file, 'utf8').catch(missing);
        if (text !== null) records.push(parseRecord(text, folder));
        else if (!(await removeIfEmpty(join(this.#folder, folder))))
          damaged.push(...nameOf(folder));
      } catch (error) {
        if (error instanceof StartError) throw error;
        onDamaged(file, error);
        damaged.push(...nameOf(folder));
        await rename(file, `${file}.damaged`).catch(() => undefined);
      }
    }
    return { records, damaged };
  }

  #folderOf(unikernel: UnikernelName): string {
    return join(this.#folder, wireForm(unikernel));
  }
}

function parseRecord(text: string, folder: string): StoredRecord {
  const value: unknown = JSON.parse(text);
  const version = versionOf(value);
  if (version > RECORD_VERSION) {
    throw new StartError(
      `the record of ${folder} is of version ${version}, and this supervisor knows ${RECORD_VERSION}: it was written by a newer one, which has to be started instead`,
    );
  }
  const { version: _, ...stored } = record.parse(value);
  if (wireForm(stored.name) !== folder) throw new Error(`it holds ${stored.name}`);
  return stored;
}

function versionOf(value: unknown): number {
  const isRecord = typeof value === 'object' && value !== null && 'version' in value;
  return isRecord ? Number(value.version) : 0;
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

import {
  PemError,
  readRevocationLists,
  Revocations,
  type Certificate,
  type RevocationList,
} from '@albatross/pki';
import type { Logger } from '@albatross/shared/runtime/logger';
import { StartError } from '@albatross/shared/runtime/run';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { WireError } from '@albatross/wire';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files in the folder; a start with more fails, and later ones beyond are not read. */
export const REVOCATION_FILES_MAX = 1_024;
/** Of one file; a larger one counts as malformed. */
export const REVOCATION_FILE_BYTES_MAX = 33_554_432;

export interface RevocationFolderOptions {
  readonly path: string;
  readonly log: Logger;
  readonly rescanMs?: number;
}

interface KnownFile {
  /** Of what was looked at last, which tells whether it is to be read again. */
  readonly version: string;
  /** Those that count: of a file that became malformed, the ones it held before. */
  readonly lists: readonly RevocationList[];
}

/**
 * What authorities took back: all revocation lists in a folder, in PEM or DER, read again whenever they change.
 * A file that cannot be read as lists changes nothing: what it listed before is revoked still. One that is
 * removed takes its lists along. Names that begin with a dot are passed over: drafts have such.
 */
export class RevocationFolder implements AsyncDisposable {
  readonly #options: RevocationFolderOptions;
  #watch: FolderWatch | null = null;
  #files: ReadonlyMap<string, KnownFile> = new Map();
  #current = new Revocations([]);
  /** Since the lists were loaded. */
  readonly #toldProblems = new Set<string>();
  #isUnreadableTold = false;
  #onChange: () => void = () => undefined;

  private constructor(options: RevocationFolderOptions) {
    this.#options = options;
  }

  /** Throws `StartError`, also for one malformed list: nothing is revoked twice, but forgotten it may be. */
  static async open(options: RevocationFolderOptions): Promise<RevocationFolder> {
    const self = new RevocationFolder(options);
    await self.#loadFirst();
    self.#watch = await FolderWatch.start({
      path: options.path,
      onScan: async (names) => await self.#scan(names),
      onDefect: (error) => self.#tellUnreadable(error),
      ...(options.rescanMs === undefined ? {} : { rescanMs: options.rescanMs }),
    });
    return self;
  }

  get current(): Revocations {
    return this.#current;
  }

  /** Calls `listener`, and nobody else any more, when other lists count. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Tells the operator, once for each load, what is the matter with the lists of these authorities. */
  tellProblemsOf(authorities: readonly Certificate[], now: number): void {
    for (const problem of authorities.flatMap((one) => this.#current.problemsOf(one, now))) {
      if (this.#toldProblems.has(problem)) continue;
      this.#toldProblems.add(problem);
      this.#options.log.warn('a revocation list needs attention', { problem });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
  }

  async #loadFirst(): Promise<void> {
    const { path } = this.#options;
    let names: readonly string[];
    try {
      names = listNames(await readdir(path));
    } catch (error) {
      throw new StartError(
        `the folder of revocation lists ${path} cannot be read (${codeOf(error)})`,
      );
    }
    if (names.length > REVOCATION_FILES_MAX)
      throw new StartError(
        `${path} has ${names.length} files; as revocation lists there may be ${REVOCATION_FILES_MAX}`,
      );
    const files = new Map<string, KnownFile>();
    for (const name of names) {
      const read = await readListFile(join(path, name), null);
      if (read.kind === 'wrong')
        throw new StartError(`the revocation list ${join(path, name)}: ${read.why}`);
      if (read.kind === 'read') files.set(name, read);
    }
    this.#use(files);
  }

  async #scan(present: readonly string[]): Promise<void> {
    this.#isUnreadableTold = false;
    const { path, log } = this.#options;
    const names = listNames(present).slice(0, REVOCATION_FILES_MAX);
    const files = new Map<string, KnownFile>();
    let isChanged = false;
    for (const name of names) {
      const before = this.#files.get(name) ?? null;
      const read = await readListFile(join(path, name), before?.version ?? null);
      if (read.kind === 'read') {
        files.set(name, read);
        isChanged = true;
      } else if (read.kind === 'wrong') {
        files.set(name, { version: read.version, lists: before?.lists ?? [] });
        log.error('a revocation list cannot be used; those from before still count', {
          file: join(path, name),
          why: read.why,
        });
      } else if (read.kind === 'same' && before !== null) files.set(name, before);
    }
    const gone = [...this.#files.keys()].filter((name) => !files.has(name));
    for (const name of gone)
      log.warn('a revocation list was removed; what it listed is no longer revoked', {
        file: join(path, name),
      });
    if (isChanged || gone.length > 0) this.#use(files);
    else this.#files = files;
  }

  #use(files: ReadonlyMap<string, KnownFile>): void {
    const lists = [...files.values()].flatMap((file) => file.lists);
    this.#files = files;
    this.#current = new Revocations(lists);
    this.#toldProblems.clear();
    const revoked = lists.reduce((sum, list) => sum + list.revoked.size, 0);
    const { log, path: folder } = this.#options;
    log.info('revocation lists loaded', {
      folder,
      files: files.size,
      lists: lists.length,
      revoked,
    });
    this.#onChange();
  }

  #tellUnreadable(error: unknown): void {
    if (this.#isUnreadableTold) return;
    this.#isUnreadableTold = true;
    const { log, path: folder } = this.#options;
    log.error('the revocation lists cannot be read; those from before still count', {
      folder,
      error,
    });
  }
}

function listNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => !name.startsWith('.')).toSorted();
}

type ListFile =
  | ({ readonly kind: 'read' } & KnownFile)
  | { readonly kind: 'same' }
  /** No file, or not any more. */
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly version: string; readonly why: string };

async function readListFile(path: string, knownVersion: string | null): Promise<ListFile> {
  // What was told of an unreadable file once is not told again before it changes.
  let version = 'unreadable';
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat({ bigint: true });
      if (!stat.isFile()) return { kind: 'none' };
      const { size, mtimeNs, ctimeNs, ino, dev } = stat;
      version = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
      if (version === knownVersion) return { kind: 'same' };
      if (size > REVOCATION_FILE_BYTES_MAX)
        return { kind: 'wrong', version, why: `it has over ${REVOCATION_FILE_BYTES_MAX} bytes` };
      const lists = readRevocationLists(await file.readFile(), path);
      return { kind: 'read', version, lists };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'none' };
    if (version === 'unreadable' && version === knownVersion) return { kind: 'same' };
    return { kind: 'wrong', version, why: whyWrong(error) };
  }
}

/** Rethrows what is nobody's fault but ours. */
function whyWrong(error: unknown): string {
  if (error instanceof WireError || error instanceof PemError)
    return `it is malformed: ${error.message}`;
  if (error instanceof Error && 'code' in error) return `it cannot be read (${codeOf(error)})`;
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

import { Failure } from '@albatross/shared/contracts/failures';
import { draftOf, withDraft } from '@albatross/shared/runtime/write-file';
import type { Stats } from 'node:fs';
import { chmod, chown, lstat, mkdir, readFile, rename, stat } from 'node:fs/promises';
import type { AccountsFile, Machine } from './machine.ts';
import type { Accounts, Found } from './plan.ts';
import type { PlaceStep } from './step.ts';

export interface FileMachineOptions {
  readonly accounts: AccountsFile | null;
  /** As of `node:fs`. */
  readonly chown?: (path: string, uid: number, gid: number) => Promise<void>;
}

/** The files of this machine. */
export class FileMachine implements Machine {
  readonly accounts: AccountsFile | null;
  readonly #chown: (path: string, uid: number, gid: number) => Promise<void>;

  constructor(options: FileMachineOptions) {
    this.accounts = options.accounts;
    this.#chown = options.chown ?? chown;
  }

  async look(path: string): Promise<Found> {
    return await telling('FILE_UNREADABLE', path, async () => await lookAt(path));
  }

  async carryOut(step: PlaceStep, accounts: Accounts | null): Promise<void> {
    const { path } = step;
    await telling('FILE_UNWRITABLE', path, async () => {
      switch (step.kind) {
        case 'make-folder':
          // A new root has none of those above it either.
          await mkdir(path, { recursive: true, mode: step.mode });
          return await this.#own(path, step, accounts);
        case 'make-file':
        case 'rewrite-file': {
          const { text: content, mode } = step;
          const draft = draftOf(path);
          return await withDraft({ draft, content, mode, flags: 'w' }, async () => {
            await this.#own(draft, step, accounts);
            await rename(draft, path);
          });
        }
        case 'mend':
          return await this.#own(path, step, accounts);
      }
    });
  }

  async #own(
    path: string,
    { user, group, mode }: PlaceStep,
    accounts: Accounts | null,
  ): Promise<void> {
    if (accounts !== null) {
      const [uid, gid] = [accounts.users.get(user), accounts.groups.get(group)];
      if (uid === undefined || gid === undefined) throw new Error(`there is no ${user}:${group}`);
      await this.#chown(path, uid, gid);
    }
    await chmod(path, mode);
  }
}

async function lookAt(path: string): Promise<Found> {
  const found = await orNull(lstat(path));
  if (found === null) return { kind: 'nothing' };
  const isLink = found.isSymbolicLink();
  const end = isLink ? await orNull(stat(path)) : found;
  if (end?.isDirectory() === true) return { kind: 'folder', ...ownershipOf(end) };
  if (isLink) return { kind: 'link' };
  if (!found.isFile()) return { kind: 'other' };
  return { kind: 'file', ...ownershipOf(found), text: await readFile(path, 'utf8') };
}

function ownershipOf({ uid, gid, mode }: Stats) {
  return { uid, gid, mode: mode & 0o7777 };
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  return await found.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

async function telling<T>(
  code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE',
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = codeOf(error);
    const isFull = why === 'ENOSPC' || why === 'EDQUOT';
    const what = code === 'FILE_UNREADABLE' ? 'read' : 'written';
    const message = `${path} cannot be ${what}: ${why}`;
    throw new Failure(isFull ? 'DISK_FULL' : code, message, { file: path });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

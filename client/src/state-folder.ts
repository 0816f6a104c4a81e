import { Failure } from '@albatross/shared/contracts/failures';
import { BLOCK_INDEX_FILE, parseBlockIndex } from '@albatross/shared/contracts/stored-blocks';
import { storedFault } from '@albatross/shared/contracts/stored-fault';
import { parsePolicies, type StoredPolicies } from '@albatross/shared/contracts/stored-policies';
import { parseRecord, type StoredRecord } from '@albatross/shared/contracts/stored-unikernel';
import { parseUnikernelName, type UnikernelName } from '@albatross/shared/domain/name';
import { blocksFolder, policiesFile, unikernelsFolder } from '@albatross/shared/runtime/folders';
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What our supervisor keeps in its state folder. What it writes, it replaces as a whole; so it may go on. */
export interface StateFolder {
  readonly unikernels: readonly Found<StoredRecord>[];
  readonly policies: StoredPolicies;
  /** By name, MiB. */
  readonly blocks: ReadonlyMap<UnikernelName, number>;
  /** Why there are no policies, or no block devices; null where nothing is wrong. */
  readonly damaged: { readonly policies: string | null; readonly blocks: string | null };
}

/** A record, or why there is none. */
export type Found<T> =
  | { readonly kind: 'read'; readonly name: UnikernelName; readonly value: T }
  /** `folder`: what it stands in, which a hand may have called anything. */
  | {
      readonly kind: 'damaged';
      readonly name: UnikernelName | null;
      readonly folder: string;
      readonly why: string;
    };

/** The largest file that is read; the supervisor writes much smaller ones. */
export const STATE_RECORD_BYTES_MAX = 64 * 1024 * 1024;

/** Writes nothing. What is damaged is told, and the rest read. Throws a `Failure` `FILE_UNREADABLE`. */
export async function readStateFolder(state: string): Promise<StateFolder> {
  const folder = unikernelsFolder(state);
  const names = await readdir(folder).catch((error: unknown) => {
    const message = `${folder} cannot be read: ${codeOf(error)}`;
    throw new Failure('FILE_UNREADABLE', message, { file: folder });
  });
  const unikernels: Found<StoredRecord>[] = [];
  for (const name of names.toSorted(byName)) unikernels.push(...(await readRecord(folder, name)));
  const policies = await readPart(policiesFile(state), parsePolicies);
  const blocks = await readPart(join(blocksFolder(state), BLOCK_INDEX_FILE), parseBlockIndex);
  return {
    unikernels,
    policies: policies.value?.policies ?? new Map(),
    blocks: blocks.value?.devices ?? new Map(),
    damaged: { policies: policies.why, blocks: blocks.why },
  };
}

/** Nothing for a folder that was given up meanwhile, or whose supervisor died before it wrote into it. */
async function readRecord(folder: string, name: string): Promise<readonly Found<StoredRecord>[]> {
  const file = join(folder, name, 'config');
  const damaged = (why: string): readonly Found<StoredRecord>[] => [
    { kind: 'damaged', name: nameOf(name), folder: name, why },
  ];
  const { value, why } = await readPart(file, (text) => parseRecord(text, name));
  if (value !== null) return [{ kind: 'read', name: value.name, value }];
  if (why !== null) return damaged(why);
  const aside = await readPart(`${file}.damaged`, () => null);
  return aside.isThere ? damaged('its record was damaged, and stands in config.damaged') : [];
}

interface Part<T> {
  /** Null when there is none, or it is damaged. */
  readonly value: T | null;
  readonly why: string | null;
  readonly isThere: boolean;
}

async function readPart<T>(file: string, parse: (text: string) => T): Promise<Part<T>> {
  try {
    const text = await readText(file);
    if (text === null) return { value: null, why: null, isThere: false };
    return { value: parse(text), why: null, isThere: true };
  } catch (error) {
    return { value: null, why: reason(error), isThere: true };
  }
}

/** Null when there is none. */
async function readText(file: string): Promise<string | null> {
  try {
    // Opened so, a pipe that somebody put there keeps nobody waiting.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) throw new Error('it is no regular file');
    if (status.size > STATE_RECORD_BYTES_MAX)
      throw new Error(
        `it has ${status.size} bytes, and at most ${STATE_RECORD_BYTES_MAX} are read`,
      );
    return await handle.readFile('utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function reason(error: unknown): string {
  const isOfSystem = error instanceof Error && 'code' in error;
  return isOfSystem ? `it cannot be read: ${codeOf(error)}` : storedFault(error);
}

/** As names are sorted everywhere: in a folder, those of the root begin with a colon. */
function byName(a: string, b: string): number {
  return a.replace(/^:/, '') < b.replace(/^:/, '') ? -1 : 1;
}

function nameOf(folder: string): UnikernelName | null {
  try {
    return parseUnikernelName(folder);
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

import { lifeTaps, parseLifeRecord } from '@albatross/shared/contracts/life';
import * as z from '@albatross/shared/contracts/schema';
import type { Tap } from '@albatross/shared/domain/device';
import { parseExit, UNSAID, type Exit } from '@albatross/shared/domain/exit';
import type { LifeRecord } from '@albatross/shared/domain/life';
import { open, readFile } from 'node:fs/promises';
import { isSystemError } from './system-error.ts';

/** What a life has for as long as its tender is there, and is given back afterwards. */
export interface LifeDevices {
  /** The tender's user, if it has one of its own. */
  readonly uid: number | null;
  readonly taps: readonly Tap[];
  /** Paths of block devices. */
  readonly blocks: readonly string[];
}

const lifeDevices = z.object({
  uid: z.nullable(z.int().check(z.nonnegative())),
  taps: lifeTaps,
  blocks: z.array(z.string()),
}) satisfies z.ZodMiniType<LifeDevices>;

/** Null when there is none, or it cannot be understood. */
export async function readRecord(path: string): Promise<LifeRecord | null> {
  const text = await readIfThere(path);
  return text === null ? null : parseLifeRecord(text);
}

/**
 * Null when there are none. What cannot be understood was not complete when its writer died, and then it was
 * given none.
 */
export async function readDevices(path: string): Promise<LifeDevices | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  try {
    return lifeDevices.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * How a life ended, and when its keeper wrote that down, in whole milliseconds since 1970. Null: console has
 * yet to find out the guest's status.
 */
export interface RecordedExit {
  readonly exit: Exit | null;
  readonly exitAt: number;
}

/** Null while none was recorded. */
export async function readExit(path: string): Promise<RecordedExit | null> {
  const file = await open(path, 'r').catch(nullIfMissing);
  if (file === null) return null;
  try {
    const text = await file.readFile('utf8');
    const exit = text === UNSAID ? null : parseExit(text);
    return { exit, exitAt: Math.floor((await file.stat()).mtimeMs) };
  } finally {
    await file.close();
  }
}

/** Null when there is no such file. Whatever else keeps it from being read says nothing about it. */
export async function readIfThere(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(nullIfMissing);
}

function nullIfMissing(error: unknown): null {
  if (isSystemError(error, 'ENOENT')) return null;
  throw error;
}

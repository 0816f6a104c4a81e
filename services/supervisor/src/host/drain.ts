import { closeSync, constants, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './system-error.ts';

const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** The drain of a life's folder, open for reading too: what is written waits for a keeper that has not come so far. */
export class HeldDrain implements Disposable {
  readonly #fd: number;

  constructor(folder: string) {
    this.#fd = openSync(join(folder, 'drain'), O_RDWR | O_NONBLOCK);
  }

  /** The keeper may start its tender. */
  begin(): void {
    writeSync(this.#fd, 'begin\n');
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/**
 * Writes into the drain of a life's folder. False when nobody has it open for reading: a keeper that has it open
 * does until it ends.
 */
export async function tellKeeper(folder: string, text: string): Promise<boolean> {
  // ENXIO: nobody reads.
  const drain = await open(join(folder, 'drain'), O_WRONLY | O_NONBLOCK).catch(
    nullIf('ENXIO', 'ENOENT'),
  );
  if (drain === null) return false;
  try {
    if (text !== '') await drain.write(text).catch(nullIf('EPIPE', ...FULL));
  } finally {
    await drain.close();
  }
  return true;
}

/**
 * Removes a life's folder, and lets its keeper go: one that has yet to open its drain finds the word in it, or
 * finds no drain. As good as synchronous, for these are a few files in memory.
 */
export async function removeWithKeeper(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const drain = openIfThere(join(folder, 'drain'));
  try {
    if (drain !== null) tellIfItHasRoom(drain);
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (!isSystemError(error, 'ENOTEMPTY')) throw error;
      // A keeper was just making a file in it.
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  } finally {
    if (drain !== null) closeSync(drain);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, O_RDWR | O_NONBLOCK);
  } catch (error) {
    return nullIf('ENOENT')(error);
  }
}

function tellIfItHasRoom(drain: number): void {
  try {
    writeSync(drain, 'removed\n');
  } catch (error) {
    nullIf(...FULL)(error);
  }
}

/** It is full of lines that the keeper has not read yet. */
const FULL = ['EAGAIN'];

function nullIf(...codes: readonly string[]): (error: unknown) => null {
  return (error) => {
    if (isSystemError(error, ...codes)) return null;
    throw error;
  };
}

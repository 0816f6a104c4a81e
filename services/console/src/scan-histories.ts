import { parseUnikernelName, wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** What is known of a history without opening it. */
export interface Kept {
  readonly bytes: number;
  /** When something was last read or marked, in milliseconds since 1970. */
  readonly lastAt: number;
}

/** All histories below a folder. What stands there under no name of a unikernel is none. */
export function scanHistories(folder: string): Map<UnikernelName, Kept> {
  const found = new Map<UnikernelName, Kept>();
  for (const text of namesIn(folder)) {
    const name = nameOf(text);
    if (name !== null) found.set(name, keptIn(join(folder, text)));
  }
  return found;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It is not there yet.
    return [];
  }
}

function nameOf(text: string): UnikernelName | null {
  try {
    const name = parseUnikernelName(text);
    return wireForm(name) === text ? name : null;
  } catch {
    return null;
  }
}

function keptIn(folder: string): Kept {
  let [bytes, lastAt] = [0, 0];
  for (const file of ['0', '1']) {
    const stats = statsOf(join(folder, file));
    bytes += stats?.size ?? 0;
    lastAt = Math.max(lastAt, Math.floor(stats?.mtimeMs ?? 0));
  }
  return { bytes, lastAt };
}

/** Null for what is not there, and for what the disk does not tell. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

import { readFileSync } from 'node:fs';

/**
 * ```text
 * auxv  = *entry                  ; what the kernel gave this process on its way
 * entry = key value               ; 64 bits each, in the order of this machine
 * key   = 6                       ; AT_PAGESZ, the one we want
 * ```
 *
 * Bytes of a page of memory; null where the kernel does not tell.
 */
export function readPageBytes(file = '/proc/self/auxv'): number | null {
  let entries: BigUint64Array;
  try {
    const bytes = new Uint8Array(readFileSync(file));
    entries = new BigUint64Array(bytes.buffer, 0, Math.floor(bytes.length / 8));
  } catch {
    return null;
  }
  const index = entries.findIndex((key, at) => at % 2 === 0 && key === AT_PAGESZ);
  const value = Number(index === -1 ? 0n : (entries[index + 1] ?? 0n));
  return value > 0 ? value : null;
}

const AT_PAGESZ = 6n;

import { StartError } from '@albatross/shared/runtime/run';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the kernel tells what it knows, and in which units. */
export interface Kernel {
  /** `/proc` */
  readonly proc: string;
  /** `/sys` */
  readonly sys: string;
  readonly pageBytes: number;
  /** Files that this process may have open at a time. */
  readonly openFilesMax: number;
  /** Of the clock by which it counts CPU time and starts of processes. */
  readonly ticksPerSecond: number;
  /** Changes at every boot; the start of a process is only unique within one. */
  readonly bootId: string;
  /** A clock that is never set, in milliseconds. */
  readonly clockMs: () => number;
}

const clockMs = (): number => performance.now();

/** Throws `StartError` where there is no /proc. */
export function readKernel(proc = '/proc', sys = '/sys'): Kernel {
  try {
    const bootId = readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8').trim();
    const openFilesMax = parseOpenFilesMax(readFileSync(join(proc, 'self/limits'), 'latin1'));
    const units = parseAuxv(readFileSync(join(proc, 'self/auxv')));
    return { proc, sys, bootId, clockMs, openFilesMax, ...units };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`nothing can be sampled without ${proc}: ${why}`);
  }
}

/**
 * ```text
 * limits = *("Max open files" *WSP (1*DIGIT / "unlimited") … LF / line)        ; what holds, and what could
 * ```
 */
function parseOpenFilesMax(text: string): number {
  const most = /^Max open files +(\d+|unlimited) /m.exec(text)?.[1];
  if (most === undefined) throw new Error('self/limits does not tell how many files may be open');
  return most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most);
}

/**
 * ```text
 * auxv      = *(type value) AT_NULL value     ; words of 8 bytes, in the machine's own order
 * AT_NULL   = 0
 * AT_PAGESZ = 6                               ; bytes of a page
 * AT_CLKTCK = 17                              ; ticks per second
 * ```
 */
function parseAuxv(bytes: Buffer): Pick<Kernel, 'pageBytes' | 'ticksPerSecond'> {
  const words = new BigUint64Array(new Uint8Array(bytes).buffer);
  const values = new Map<bigint, number>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    values.set(words[at] ?? 0n, Number(words[at + 1]));
  }
  const [pageBytes, ticksPerSecond] = [values.get(6n), values.get(17n)];
  if (pageBytes === undefined || ticksPerSecond === undefined) {
    throw new Error('self/auxv tells neither the size of a page nor the ticks of a second');
  }
  return { pageBytes, ticksPerSecond };
}

import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Something else stands where a fifo should. */
export class NotAFifo extends Error {
  override readonly name = 'NotAFifo';
  /** `a symbolic link` */
  readonly what: string;

  constructor(path: string, what: string) {
    super(`${path} is ${what}, no fifo`);
    this.what = what;
  }
}

/**
 * Opens a fifo and nothing else: looked at first, because opening a device may already do something, and
 * once more when it is open, because it may have been replaced meanwhile. Never waits for the other end.
 * Throws `NotAFifo`, or what `open` says.
 */
export function openFifo(path: string, mode: 'read' | 'write'): number {
  requireFifo(path, lstatSync(path));
  const fd = openSync(path, (mode === 'read' ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_NOFOLLOW);
  try {
    requireFifo(path, fstatSync(fd));
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function requireFifo(path: string, stats: Stats): void {
  if (!stats.isFIFO()) throw new NotAFifo(path, kindOf(stats));
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFile()) return 'a regular file';
  if (stats.isDirectory()) return 'a folder';
  return stats.isSocket() ? 'a socket' : 'a device';
}

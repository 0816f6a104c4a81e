import type { ProcessSample } from '@albatross/shared/contracts/stats';
import type { LifeRecord } from '@albatross/shared/domain/life';
import {
  hasEnded,
  parseProcessCounters,
  type ProcessCounters,
} from '@albatross/shared/runtime/process-stat';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './error-code.ts';
import type { Kernel } from './kernel.ts';
import { openToRead, readNow } from './kernel-file.ts';
import { KeptText, type KeptFiles } from './kept-text.ts';
import { parseIo, parseStatus } from './process-rest.ts';

/** What names one process for ever. */
export type ProcessIdentity = Pick<LifeRecord, 'pid' | 'startTicks' | 'bootId'>;

interface Dependencies {
  readonly kernel: Kernel;
  readonly keptFiles: KeptFiles;
  /** Told of a file that should be there for us to read; its values are null. */
  readonly onUnread: (file: string, error: unknown) => void;
}

/** What does not stand in `stat`. */
type Rest = ReturnType<typeof parseStatus> & ReturnType<typeof parseIo>;

/** Reads what the kernel tells of one process, and of no other that is given its pid later. */
export class ProcessReader implements Disposable {
  readonly identity: ProcessIdentity;
  readonly #fd: number;
  readonly #status: KeptText;
  readonly #io: KeptText;
  readonly #dependencies: Dependencies;
  #rest: Rest = NOTHING;
  /** CPU time, and when it was read; NaN before the first time. */
  #ticksBefore = Number.NaN;
  #atMsBefore = Number.NaN;

  private constructor(identity: ProcessIdentity, fd: number, dependencies: Dependencies) {
    this.identity = identity;
    this.#fd = fd;
    const folder = folderOf(identity, dependencies.kernel);
    this.#status = new KeptText(folder, 'status', dependencies.keptFiles);
    this.#io = new KeptText(folder, 'io', dependencies.keptFiles);
    this.#dependencies = dependencies;
  }

  /** `another`: its pid has become that of another one. Throws what the system answers, as for want of descriptors. */
  static open(
    identity: ProcessIdentity,
    dependencies: Dependencies,
  ): ProcessReader | 'gone' | 'another' {
    if (identity.bootId !== dependencies.kernel.bootId) return 'gone';
    const fd = openStat(identity, dependencies.kernel);
    if (fd === null) return 'gone';
    let standing: 'alive' | 'gone' | 'another' = 'gone';
    try {
      standing = compare(readStatOf(fd), identity);
    } finally {
      if (standing !== 'alive') closeSync(fd);
    }
    return standing === 'alive' ? new ProcessReader(identity, fd, dependencies) : standing;
  }

  /**
   * Null when it has ended. `isWhole`: also what is dearer to find out; in between it stands as it was. The
   * descriptor that is read last can only answer of this very process, so what was read by path is its too.
   */
  read(isWhole: boolean): ProcessSample | null {
    if (isWhole) this.#rest = this.#readRest();
    const stat = readStatOf(this.#fd);
    const atMs = this.#dependencies.kernel.clockMs();
    if (stat === null || hasEnded(stat)) return null;
    const { pageBytes, ticksPerSecond } = this.#dependencies.kernel;
    const rssBytes = stat.rssPages * pageBytes;
    const rest = this.#rest;
    const { maxRssBytes } = rest;
    // Spelled out, and not spread: this is made of every process in every sample.
    return {
      utimeUs: Math.round((stat.utimeTicks * 1e6) / ticksPerSecond),
      stimeUs: Math.round((stat.stimeTicks * 1e6) / ticksPerSecond),
      cpuShare: this.#shareUntil(stat, atMs),
      minorFaults: stat.minorFaults,
      majorFaults: stat.majorFaults,
      threads: stat.threads,
      vsizeBytes: stat.vsizeBytes,
      rssBytes,
      // It may have grown since it was asked.
      maxRssBytes: maxRssBytes === null ? null : Math.max(maxRssBytes, rssBytes),
      textBytes: rest.textBytes,
      dataBytes: rest.dataBytes,
      swaps: stat.swaps,
      voluntarySwitches: rest.voluntarySwitches,
      involuntarySwitches: rest.involuntarySwitches,
      readBytes: rest.readBytes,
      writtenBytes: rest.writtenBytes,
    };
  }

  #shareUntil({ utimeTicks, stimeTicks }: ProcessCounters, atMs: number): number | null {
    const ticks = utimeTicks + stimeTicks;
    const busyTicks = ticks - this.#ticksBefore;
    const passedMs = atMs - this.#atMsBefore;
    this.#ticksBefore = ticks;
    this.#atMsBefore = atMs;
    if (!(passedMs > 0)) return null;
    const busyMs = (busyTicks * 1000) / this.#dependencies.kernel.ticksPerSecond;
    // The kernel corrects what it counted, by a tick.
    return Math.max(0, busyMs / passedMs);
  }

  #readRest(): Rest {
    return restOf(this.#textOf('status', this.#status), this.#textOf('io', this.#io));
  }

  /** Nothing when it cannot be read. */
  #textOf(name: string, file: KeptText): string {
    try {
      return file.read();
    } catch (error) {
      // The first three say that it ended, which the reading of `stat` will show; the others, that it is not for us.
      if (!EXPECTED.has(errorCode(error) ?? '')) this.#dependencies.onUnread(name, error);
      return '';
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
    this.#status[Symbol.dispose]();
    this.#io[Symbol.dispose]();
  }
}

/** Null when there is no process of this number, or it has ended. Throws what the system answers. */
export function identify(pid: number, kernel: Kernel): ProcessIdentity | null {
  const fd = openStat({ pid }, kernel);
  if (fd === null) return null;
  try {
    const stat = readStatOf(fd);
    if (stat === null || hasEnded(stat)) return null;
    return { pid, startTicks: stat.startTicks, bootId: kernel.bootId };
  } finally {
    closeSync(fd);
  }
}

const EXPECTED = new Set(['ENOENT', 'ESRCH', 'ENOTDIR', 'EACCES', 'EPERM']);

/**
 * Spelled out: what is spread together is of many shapes, and to read a value of one that is seldom met takes
 * longer than all else that is done to it.
 */
function restOf(ofStatus: string, ofIo: string): Rest {
  const status = parseStatus(ofStatus);
  const { readBytes, writtenBytes } = parseIo(ofIo);
  return {
    maxRssBytes: status.maxRssBytes,
    textBytes: status.textBytes,
    dataBytes: status.dataBytes,
    voluntarySwitches: status.voluntarySwitches,
    involuntarySwitches: status.involuntarySwitches,
    readBytes,
    writtenBytes,
  };
}

const NOTHING: Rest = restOf('', '');

function compare(
  stat: ProcessCounters | null,
  { startTicks }: ProcessIdentity,
): 'alive' | 'gone' | 'another' {
  if (stat === null) return 'gone';
  if (stat.startTicks !== startTicks) return 'another';
  return hasEnded(stat) ? 'gone' : 'alive';
}

function folderOf({ pid }: Pick<ProcessIdentity, 'pid'>, { proc }: Kernel): string {
  return join(proc, String(pid));
}

function openStat(identity: Pick<ProcessIdentity, 'pid'>, kernel: Kernel): number | null {
  try {
    return openToRead(join(folderOf(identity, kernel), 'stat'));
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** Null when the process is no more, and another with its pid is none of ours. */
function readStatOf(fd: number): ProcessCounters | null {
  try {
    return readNow(fd, parseProcessCounters);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

const isAbsence = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '');

import type { Name } from '@albatross/shared/domain/name';
import { microseconds, type RemoteSample } from './statistics-reply.ts';

/** Of so many names it is known what was told last. */
export const REMOTE_SAMPLES_MAX = 16_384;

/** Finds the rates between two samples of a unikernel, which the wire does not tell. */
export class RemoteRates {
  /** The one told last; the name longest not heard of first. */
  readonly #before = new Map<Name, RemoteSample>();

  /** CPUs it kept busy since its sample before: 0.5 is half of one. Null in the first sample of a process. */
  cpuShare(sample: RemoteSample): number | null {
    const { name } = sample;
    const before = this.#before.get(name);
    this.#before.delete(name);
    this.#before.set(name, sample);
    const [oldest] = this.#before.keys();
    if (this.#before.size > REMOTE_SAMPLES_MAX && oldest !== undefined) this.#before.delete(oldest);
    if (before === undefined || beginOf(before) !== beginOf(sample)) return null;
    const spanMs = sample.at - before.at;
    const usedUs = cpuUs(sample) - cpuUs(before);
    return spanMs <= 0 || usedUs < 0 ? null : usedUs / 1000 / spanMs;
  }
}

function cpuUs({ statistics: { rusage } }: RemoteSample): number {
  return microseconds(rusage.utime) + microseconds(rusage.stime);
}

/** Another process has begun at another time. */
function beginOf({ statistics: { mem } }: RemoteSample): number | null {
  return mem === null ? null : microseconds(mem.start);
}

import type { HostSample } from '@albatross/shared/contracts/host-stats';
import { availableParallelism, freemem, loadavg, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from './kernel.ts';
import { KeptFile } from './kernel-file.ts';

/** What /proc/stat tells of all CPUs together. Times in ticks since boot. */
interface CpuTimes {
  readonly cpus: number;
  readonly busyTicks: number;
  readonly allTicks: number;
  /** Seconds since 1970. */
  readonly bootedAtS: number;
}

/** The machine itself. */
export class Host implements Disposable {
  readonly #stat: KeptFile;
  readonly #onUnread: (error: unknown) => void;
  #times: CpuTimes | null;
  #newest: HostSample;

  constructor({ proc }: Pick<Kernel, 'proc'>, onUnread: (error: unknown) => void) {
    this.#stat = new KeptFile(join(proc, 'stat'));
    this.#onUnread = onUnread;
    this.#times = this.#readTimes();
    this.#newest = sampleOf(this.#times, null);
  }

  get newest(): HostSample {
    return this.#newest;
  }

  /** When the machine was booted, in milliseconds since 1970. */
  get bootedAt(): number {
    if (this.#times !== null) return this.#times.bootedAtS * 1000;
    return Math.round(Date.now() - uptime() * 1000);
  }

  sample(): void {
    const times = this.#readTimes();
    this.#newest = sampleOf(times, this.#times);
    this.#times = times ?? this.#times;
  }

  #readTimes(): CpuTimes | null {
    try {
      return parseCpuTimes(this.#stat.read().toString('latin1'));
    } catch (error) {
      this.#onUnread(error);
      return null;
    }
  }

  [Symbol.dispose](): void {
    this.#stat[Symbol.dispose]();
  }
}

function sampleOf(times: CpuTimes | null, before: CpuTimes | null): HostSample {
  return {
    at: Date.now(),
    cpus: times?.cpus ?? availableParallelism(),
    cpuShare: times === null || before === null ? null : shareBetween(before, times),
    load: loadavg(),
    memoryBytes: totalmem(),
    memoryAvailableBytes: freemem(),
    uptimeS: uptime(),
  };
}

function shareBetween(before: CpuTimes, times: CpuTimes): number | null {
  const all = times.allTicks - before.allTicks;
  if (all <= 0) return null;
  const busy = (times.busyTicks - before.busyTicks) / all;
  return Math.min(1, Math.max(0, busy)) * times.cpus;
}

/**
 * ```text
 * stat = "cpu" user nice system idle iowait irq softirq steal *number LF
 *        *("cpu" 1*DIGIT *number LF)                ; one for each CPU that is on
 *        *("btime" seconds LF / line)
 * ```
 *
 * What guests take is in `user` already. Busy is what was neither idle nor stolen by a host of ours. Throws
 * for text of another shape.
 */
export function parseCpuTimes(text: string): CpuTimes {
  const numbers = /^cpu +((?:\d+ ?){8})/.exec(text)?.[1]?.trim().split(' ').map(Number);
  const bootedAtS = Number(/^btime (\d+)$/m.exec(text)?.[1]);
  const cpus = text.match(/^cpu\d+ /gm)?.length ?? 0;
  if (numbers === undefined || cpus === 0 || !Number.isSafeInteger(bootedAtS))
    throw new Error('/proc/stat has an unknown shape');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] =
    numbers;
  const busyTicks = user + nice + system + irq + softirq;
  return { cpus, bootedAtS, busyTicks, allTicks: busyTicks + idle + wait + steal };
}

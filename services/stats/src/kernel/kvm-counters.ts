import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from './kernel.ts';
import { readText } from './kernel-file.ts';

/** Of one virtual machine; newer kernels may have more. */
const COUNTERS_MAX = 256;

/**
 * What KVM counts of each virtual machine, where debugfs is mounted and we may look into it:
 *
 * ```text
 * /sys/kernel/debug/kvm/PID-FD/*      ; of the process that made it; each file a number
 *                              vcpuN/ ; of one CPU: left out
 * ```
 */
export class KvmCounters {
  readonly #folder: string;
  /** By pid, where the counters of its machine are; null: to be looked up. */
  #machines: ReadonlyMap<number, string> | null = null;

  constructor({ sys }: Pick<Kernel, 'sys'>) {
    this.#folder = join(sys, 'kernel/debug/kvm');
  }

  /** From now on, machines that were begun until now are known. */
  refresh(): void {
    this.#machines = null;
  }

  /** Null where there is none, or we may not look. */
  read(pid: number): Record<string, number> | null {
    this.#machines ??= this.#list();
    const machine = this.#machines.get(pid);
    if (machine === undefined) return null;
    const counters: Record<string, number> = {};
    for (const name of namesIn(machine).slice(0, COUNTERS_MAX)) {
      const value = numberIn(join(machine, name));
      if (value !== null) counters[name] = value;
    }
    return Object.keys(counters).length === 0 ? null : counters;
  }

  #list(): ReadonlyMap<number, string> {
    const machines = new Map<number, string>();
    for (const name of namesIn(this.#folder)) {
      const pid = /^(\d+)-\d+$/.exec(name)?.[1];
      if (pid !== undefined) machines.set(Number(pid), join(this.#folder, name));
    }
    return machines;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function numberIn(path: string): number | null {
  try {
    const text = readText(path).trim();
    return /^\d{1,20}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

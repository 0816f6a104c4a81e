import { readFileSync } from 'node:fs';
import { processStat } from '../harness/traces.ts';
import type { Sample } from './memory-verdict.ts';

/** One process; another one of the same role is another. */
interface Generation {
  readonly id: string;
  readonly samples: Sample[];
}

/**
 * Looks again and again at what the processes of some roles have for themselves. That is their anonymous memory:
 * of the files that are mapped, programs mainly, each is said to have the less the more others have them too.
 */
export class MemoryWatch implements Disposable {
  readonly #pids: ReadonlyMap<string, () => number>;
  readonly #timer: NodeJS.Timeout;
  readonly #generations = new Map<string, Generation>();

  /** `pids`: by role; 0 while there is none. */
  constructor(pids: ReadonlyMap<string, () => number>, everyMs: number) {
    this.#pids = pids;
    this.#look();
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  /** Of the process that has that role now. */
  samplesOf(role: string): readonly Sample[] {
    return this.#generations.get(role)?.samples ?? [];
  }

  /** Which process has that role now: two that are the same are the same process. */
  idOf(role: string): string {
    return this.#generations.get(role)?.id ?? '';
  }

  #look(): void {
    for (const [role, pidOf] of this.#pids) {
      const pid = pidOf();
      const id = `${pid} since ${processStat(pid)?.startTicks}`;
      const bytes = anonymousBytes(pid);
      if (bytes === null) continue;
      const known = this.#generations.get(role);
      const generation = known?.id === id ? known : { id, samples: [] };
      generation.samples.push({ at: performance.now(), bytes });
      this.#generations.set(role, generation);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function anonymousBytes(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    const kibibytes = /^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

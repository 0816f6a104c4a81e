import type { Sample } from '@albatross/shared/contracts/stats';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Host } from './kernel/host.ts';
import type { Kernel } from './kernel/kernel.ts';
import { KvmCounters } from './kernel/kvm-counters.ts';
import { Nets, type NetsSeen } from './nets.ts';
import type { SampledProcess } from './sampled-process.ts';
import { Slices } from './slices.ts';
import { Troubles } from './troubles.ts';

/** In one sweep of so many, all is read of a process; in the others, what changes most. */
const SWEEPS_PER_WHOLE = 6;
/** In its first sample a tender may have neither made its virtual machine yet, nor taken its taps. */
const WHOLE_AT_FIRST = 2;
/** Of two samples that were closer, the second would tell nothing: CPU time comes in ticks of 10 ms. */
const APART_MIN_MS = 250;

interface Dependencies {
  readonly kernel: Kernel;
  readonly host: Pick<Host, 'sample'>;
  readonly log: Logger;
  readonly onSample: (sample: Sample, process: SampledProcess) => void;
  /** It is closed already. */
  readonly onGone: (process: SampledProcess) => void;
}

/** Samples processes, many at a time. What cannot be read costs no more than what depends on it. */
export class Sampler implements Disposable {
  readonly #dependencies: Dependencies;
  readonly #nets: Nets;
  readonly #kvm: KvmCounters;
  #sweeps = 0;
  #lastSweepMs = 0;

  constructor(dependencies: Dependencies) {
    const { kernel, log } = dependencies;
    this.#dependencies = dependencies;
    this.#nets = new Nets({ kernel, troubles: new Troubles(log) });
    this.#kvm = new KvmCounters(kernel);
  }

  get counts(): { readonly sweeps: number; readonly lastSweepMs: number } {
    return { sweeps: this.#sweeps, lastSweepMs: this.#lastSweepMs };
  }

  /** All there is. */
  async sweep(processes: readonly SampledProcess[]): Promise<void> {
    const begunAt = performance.now();
    const turn = this.#sweeps % SWEEPS_PER_WHOLE;
    this.#dependencies.host.sample();
    await this.#sampleAll(processes, (process) => process.turn % SWEEPS_PER_WHOLE === turn);
    this.#sweeps += 1;
    this.#lastSweepMs = performance.now() - begunAt;
  }

  /** Those that were just found. */
  async begin(processes: readonly SampledProcess[]): Promise<void> {
    await this.#sampleAll(processes, () => true);
  }

  async #sampleAll(
    processes: readonly SampledProcess[],
    isWholeDue: (process: SampledProcess) => boolean,
  ): Promise<void> {
    const slices = new Slices();
    this.#kvm.refresh();
    const nets = this.#nets.look(processes);
    for (const process of processes) {
      // It may have been found over, or just now been sampled as one that was found, while we paused.
      if (process.isOver || this.#isRecent(process)) continue;
      this.#sample(process, process.samples < WHOLE_AT_FIRST || isWholeDue(process), nets);
      if (slices.isOver) await slices.pause();
    }
  }

  #isRecent({ sampledAtMs }: SampledProcess): boolean {
    const now = this.#dependencies.kernel.clockMs();
    return sampledAtMs !== null && now - sampledAtMs < APART_MIN_MS;
  }

  #sample(process: SampledProcess, isWhole: boolean, seen: NetsSeen): void {
    const { name, life } = process;
    try {
      const sample = this.#read(process, isWhole, seen);
      if (sample === null) return this.#end(process);
      process.troubles.over(READING);
      this.#dependencies.onSample(sample, process);
    } catch (error) {
      process.troubles.warn(READING, 'a process cannot be sampled', { name, life, error });
    }
  }

  /** Null when it has ended. */
  #read(process: SampledProcess, isWhole: boolean, seen: NetsSeen): Sample | null {
    const { reader, name, life, pid, startedAt } = process;
    const at = Date.now();
    if (isWhole) process.kvm = this.#kvm.read(pid);
    const nets = seen.sample(process, isWhole);
    const values = reader.read(isWhole);
    if (values === null) return null;
    const { pageBytes, clockMs } = this.#dependencies.kernel;
    process.sampledAtMs = clockMs();
    process.samples += 1;
    return { name, life, at, pid, startedAt, pageBytes, process: values, kvm: process.kvm, nets };
  }

  #end(process: SampledProcess): void {
    const { name, life, pid } = process;
    process[Symbol.dispose]();
    // What a life leaves behind is soon removed; that it is still there is worth a word.
    this.#dependencies.log.warn('a process is gone that was sampled', { name, life, sampled: pid });
    this.#dependencies.onGone(process);
  }

  [Symbol.dispose](): void {
    this.#nets[Symbol.dispose]();
  }
}

const READING = 'reading';

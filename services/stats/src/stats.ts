import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { addProcess, Sample } from '@albatross/shared/contracts/stats';
import type { HostSample } from '@albatross/shared/contracts/host-stats';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Feed, type FeedCounts } from './feed.ts';
import { Host } from './kernel/host.ts';
import type { Kernel } from './kernel/kernel.ts';
import { Lives } from './lives.ts';
import { ProcessTable } from './process-table.ts';
import { RegistrationFile } from './registration-file.ts';
import { Registrations } from './registrations.ts';
import type { SampledProcess } from './sampled-process.ts';
import { Sampler } from './sampler.ts';
import { Samples } from './samples.ts';
import { Troubles } from './troubles.ts';

interface Options {
  readonly kernel: Kernel;
  readonly lives: string;
  /** The file of the processes named by hand. */
  readonly registrations: string;
}

interface Dependencies {
  /** False when it was not sent; never throws. */
  readonly publish: (sample: Sample) => boolean;
  readonly log: Logger;
}

/** Since this process began, unless it says otherwise. */
export interface StatsCounts extends FeedCounts {
  /** That run now. */
  readonly lives: number;
  readonly byHand: number;
  readonly sweeps: number;
  readonly lastSweepMs: number;
  readonly valuesUnread: number;
}

/** All that is known of the machine at one moment; what is in it does not change any more. */
export interface Standing {
  /** Differs from that of every other one. */
  readonly sequence: number;
  readonly host: HostSample;
  readonly samples: readonly Sample[];
}

interface Parts {
  readonly host: Host;
  readonly table: ProcessTable;
  readonly file: RegistrationFile;
  readonly registrations: Registrations;
}

/** What all unikernels take, seen from the host: sampled, published, and the newest kept. */
export class Stats implements Disposable {
  readonly samples = new Samples();
  readonly #parts: Parts;
  readonly #log: Logger;
  readonly #feed: Feed;
  readonly #lives: Lives;
  readonly #sampler: Sampler;
  #sequence = 1;

  private constructor(options: Options, { publish, log }: Dependencies, parts: Parts) {
    this.#parts = parts;
    this.#log = log;
    this.#feed = new Feed(publish);
    this.#lives = new Lives(options.lives, {
      processes: parts.table,
      log,
      onEnd: (process) => this.#forget(process),
    });
    this.#sampler = new Sampler({
      kernel: options.kernel,
      host: parts.host,
      log,
      onSample: (sample, process) => {
        this.samples.put(sample, process);
        this.#feed.publish(sample);
      },
      onGone: (process) => this.#forget(process),
    });
  }

  static async open(options: Options, dependencies: Dependencies): Promise<Stats> {
    const { kernel } = options;
    const { log } = dependencies;
    const troubles = new Troubles(log);
    const host = new Host(kernel, (error) =>
      troubles.warn('host', 'the times of the CPUs cannot be read', { error }),
    );
    const table = new ProcessTable({ kernel, host, log });
    const file = new RegistrationFile(options.registrations, log);
    const registrations = await Registrations.open({ file, processes: table, log });
    return new Stats(options, dependencies, { host, table, file, registrations });
  }

  get host(): HostSample {
    return this.#parts.host.newest;
  }

  get standing(): Standing {
    return { sequence: this.#sequence, host: this.host, samples: this.samples.all };
  }

  get counts(): StatsCounts {
    return {
      ...this.#feed.counts,
      ...this.#sampler.counts,
      lives: this.#lives.running.size,
      byHand: this.#parts.registrations.processes.length,
      valuesUnread: this.#parts.table.unread,
    };
  }

  /** Compares what is sampled with the folders of lives there are; samples those that are new. */
  async reconcile(folders: readonly string[]): Promise<void> {
    await this.#begin(await this.#lives.reconcile(folders));
  }

  /** Samples all there is. */
  async sweep(): Promise<void> {
    await this.#sampler.sweep(this.#processes());
    this.#sequence += 1;
    await this.#parts.file.retry();
  }

  /** There is a bus again. */
  async resume(): Promise<void> {
    await this.#feed.resume();
  }

  /** Throws a `Failure`. */
  async add(wanted: RequestOf<typeof addProcess>): Promise<void> {
    const { name } = wanted;
    if (this.#lives.running.has(name)) {
      const why = `${name} is a unikernel that runs, and is sampled as such`;
      throw new Failure('STATS_EXISTS', why, { name });
    }
    const { process, written } = this.#parts.registrations.add(wanted);
    await this.#begin([process]);
    await written;
  }

  /** Throws a `Failure`. */
  async remove(name: UnikernelName): Promise<void> {
    const process = await this.#parts.registrations.remove(name);
    this.#forget(process);
  }

  async #begin(processes: readonly SampledProcess[]): Promise<void> {
    if (processes.length === 0) return;
    await this.#sampler.begin(processes);
    this.#sequence += 1;
  }

  /** One of each name; that of a unikernel comes before one that somebody named alike. */
  #processes(): readonly SampledProcess[] {
    const running = this.#lives.running;
    const others = this.#parts.registrations.processes.filter(({ name, troubles }) => {
      if (!running.has(name)) return true;
      const event = 'a process named by hand is not sampled while a unikernel has its name';
      troubles.warn('name', event, { name });
      return false;
    });
    return [...running.values(), ...others];
  }

  #forget(process: SampledProcess): void {
    const { name, life, pid } = process;
    this.samples.remove(process);
    this.#sequence += 1;
    this.#feed.forget({ name, life, pid });
    if (life === null)
      this.#parts.registrations.end(process).catch((error: unknown) => {
        this.#log.error('defect', { error });
      });
  }

  [Symbol.dispose](): void {
    this.#sampler[Symbol.dispose]();
    this.#lives[Symbol.dispose]();
    this.#parts.registrations[Symbol.dispose]();
    this.#parts.host[Symbol.dispose]();
  }
}

import { parseLifeRecord } from '@albatross/shared/contracts/life';
import { parseLifeName, type Life, type LifeName } from '@albatross/shared/domain/life';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { join } from 'node:path';
import { errorCode } from './kernel/error-code.ts';
import { readText } from './kernel/kernel-file.ts';
import type { ProcessTable } from './process-table.ts';
import type { SampledProcess } from './sampled-process.ts';
import { Slices } from './slices.ts';
import { Troubles } from './troubles.ts';

interface Dependencies {
  readonly processes: Pick<ProcessTable, 'open'>;
  readonly log: Pick<Logger, 'warn'>;
  /** Its folder is gone. It is closed already. */
  readonly onEnd: (process: SampledProcess) => void;
}

/** The tenders of all lives there are. */
export class Lives implements Disposable {
  readonly #folder: string;
  readonly #dependencies: Dependencies;
  readonly #troubles: Troubles;
  /** Null: there is nothing to sample of it, and never will be. */
  readonly #known = new Map<LifeName, SampledProcess | null>();

  constructor(folder: string, dependencies: Dependencies) {
    this.#folder = folder;
    this.#dependencies = dependencies;
    this.#troubles = new Troubles(dependencies.log);
  }

  /** Those that run, one of each name: the newest. */
  get running(): ReadonlyMap<UnikernelName, SampledProcess> {
    const running = new Map<UnikernelName, SampledProcess>();
    for (const process of this.#known.values()) {
      if (process === null || process.isOver) continue;
      const { name, life } = process;
      if ((life ?? 0) > (running.get(name)?.life ?? 0)) running.set(name, process);
    }
    return running;
  }

  /** Compares what is known with what is in the folder. Resolves to the processes that are new. */
  async reconcile(folders: readonly string[]): Promise<readonly SampledProcess[]> {
    const there = new Set(folders);
    for (const [name, process] of this.#known) if (!there.has(name)) this.#forget(name, process);
    this.#troubles.keepOnly(there);
    const begun: SampledProcess[] = [];
    const slices = new Slices();
    for (const folder of folders) {
      const name = folder as LifeName;
      const life = this.#known.has(name) ? null : parseLifeName(folder);
      if (life === null) continue;
      const process = this.#open(life, name);
      if (process === undefined) continue;
      this.#known.set(name, process);
      this.#troubles.over(name);
      if (process !== null) begun.push(process);
      if (slices.isOver) await slices.pause();
    }
    return begun;
  }

  /** Undefined when that is to be tried again, as for want of descriptors. */
  #open(life: Life, name: LifeName): SampledProcess | null | undefined {
    try {
      const record = parseLifeRecord(readText(join(this.#folder, name, 'life')));
      if (record === null) return this.#giveUp(name, 'a life has a record that says nothing');
      const { pid, startTicks, bootId, taps } = record;
      const process = this.#dependencies.processes.open({
        identity: { pid, startTicks, bootId },
        nets: taps.map(({ device, tap }) => ({ name: device, tap })),
        name: life.unikernel,
        life: life.number,
      });
      if (process === 'another')
        return this.#giveUp(name, 'the process of a life has become another');
      // It is being cleared away.
      return process === 'gone' ? null : process;
    } catch (error) {
      // So is what has no record any more.
      if (errorCode(error) !== 'ENOENT')
        this.#troubles.warn(name, 'a life cannot be sampled', { life: name, error });
      return undefined;
    }
  }

  #giveUp(name: LifeName, event: string): null {
    this.#dependencies.log.warn(event, { life: name });
    return null;
  }

  #forget(name: LifeName, process: SampledProcess | null): void {
    this.#known.delete(name);
    if (process === null || process.isOver) return;
    process[Symbol.dispose]();
    this.#dependencies.onEnd(process);
  }

  [Symbol.dispose](): void {
    for (const process of this.#known.values()) process?.[Symbol.dispose]();
  }
}

import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { addProcess } from '@albatross/shared/contracts/stats';
import { DEVICE_NAME, INTERFACE_NAME } from '@albatross/shared/domain/device';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { ProcessTable } from './process-table.ts';
import type { Registration, RegistrationFile } from './registration-file.ts';
import type { SampledProcess } from './sampled-process.ts';

/** Processes named by hand at a time. */
export const REGISTRATIONS_MAX = 1024;

interface Dependencies {
  readonly file: RegistrationFile;
  readonly processes: Pick<ProcessTable, 'identify' | 'open'>;
  readonly log: Logger;
}

/** The processes that somebody named by hand. They outlive us, and end with the process. */
export class Registrations implements Disposable {
  readonly #dependencies: Dependencies;
  readonly #all = new Map<UnikernelName, Registration & { readonly process: SampledProcess }>();

  private constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** As they were when we ended, less what has ended since. */
  static async open(dependencies: Dependencies): Promise<Registrations> {
    const self = new Registrations(dependencies);
    const written = await dependencies.file.read();
    for (const registration of written) self.#resume(registration);
    if (written.length > self.#all.size) await self.#write();
    return self;
  }

  get processes(): readonly SampledProcess[] {
    return [...this.#all.values()].map(({ process }) => process);
  }

  has(name: UnikernelName): boolean {
    return this.#all.has(name);
  }

  /** Throws a `Failure`. Has taken hold when it returns; `written` resolves when it will survive us. */
  add({ name, pid, nets }: RequestOf<typeof addProcess>): {
    readonly process: SampledProcess;
    readonly written: Promise<void>;
  } {
    for (const net of nets) checkNet(net);
    if (this.has(name))
      throw new Failure('STATS_EXISTS', `a process is sampled as ${name} already`, { name });
    if (this.#all.size >= REGISTRATIONS_MAX) {
      const why = `${REGISTRATIONS_MAX} processes are sampled that were named by hand; remove one first`;
      throw new Failure('REQUEST_INVALID', why);
    }
    const identity = this.#dependencies.processes.identify(pid);
    const process = identity === null ? 'gone' : this.#open({ name, nets, identity });
    if (identity === null || typeof process === 'string')
      throw new Failure('PROCESS_NOT_FOUND', `there is no process ${pid}`, { pid });
    this.#all.set(name, { name, nets, identity, process });
    return { process, written: this.#write() };
  }

  /** Throws a `Failure`. Resolves to what was sampled, closed. */
  async remove(name: UnikernelName): Promise<SampledProcess> {
    const registration = this.#all.get(name);
    if (registration === undefined) {
      const why = `nobody asked for a process to be sampled as ${name}`;
      throw new Failure('STATS_NOT_FOUND', why, { name });
    }
    await this.#drop(registration.process);
    return registration.process;
  }

  /** It has ended. */
  async end(process: SampledProcess): Promise<void> {
    if (this.#all.get(process.name)?.process === process) await this.#drop(process);
  }

  async #drop(process: SampledProcess): Promise<void> {
    process[Symbol.dispose]();
    this.#all.delete(process.name);
    await this.#write();
  }

  #resume(registration: Registration): void {
    const { name, identity } = registration;
    try {
      const process = this.#open(registration);
      if (typeof process !== 'string') this.#all.set(name, { ...registration, process });
      else if (process === 'another')
        this.#dependencies.log.warn('a process named by hand has become another', {
          name,
          named: identity.pid,
        });
    } catch (error) {
      this.#dependencies.log.warn('a process named by hand cannot be sampled', { name, error });
    }
  }

  #open({ name, nets, identity }: Registration): SampledProcess | 'gone' | 'another' {
    return this.#dependencies.processes.open({ name, life: null, nets, identity });
  }

  async #write(): Promise<void> {
    await this.#dependencies.file.write([...this.#all.values()]);
  }

  [Symbol.dispose](): void {
    for (const { process } of this.#all.values()) process[Symbol.dispose]();
  }
}

/** Throws a `Failure`. What we publish again and again must not be longer than names are. */
function checkNet({ name, tap }: { readonly name: string; readonly tap: string }): void {
  const wrong = !DEVICE_NAME.test(name)
    ? `${JSON.stringify(name)} is no name of a net: letters and digits, at most 67`
    : INTERFACE_NAME.test(tap)
      ? null
      : `${JSON.stringify(tap)} is no name of a tap: at most 15 letters, digits, "_", "." and "-"`;
  if (wrong !== null) throw new Failure('REQUEST_INVALID', wrong);
}

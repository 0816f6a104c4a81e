import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Host } from './kernel/host.ts';
import type { Kernel } from './kernel/kernel.ts';
import { KeptFiles } from './kernel/kept-text.ts';
import { NetLinkReader } from './kernel/net-link.ts';
import { identify, ProcessReader, type ProcessIdentity } from './kernel/process-reader.ts';
import { SampledProcess, type NetOfProcess } from './sampled-process.ts';
import { Troubles } from './troubles.ts';

interface Dependencies {
  readonly kernel: Kernel;
  readonly host: Pick<Host, 'bootedAt'>;
  readonly log: Pick<Logger, 'warn'>;
}

interface Wanted {
  readonly name: UnikernelName;
  readonly life: number | null;
  readonly nets: readonly NetOfProcess[];
  readonly identity: ProcessIdentity;
}

/** The machine's processes. */
export class ProcessTable {
  readonly #dependencies: Dependencies;
  readonly #keptFiles: KeptFiles;
  #unread = 0;
  #opened = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#keptFiles = new KeptFiles(dependencies.kernel);
  }

  /** Values that should have been there to read, and were not, since we began. */
  get unread(): number {
    return this.#unread;
  }

  /** Null when there is no process of this number. Throws what the system answers. */
  identify(pid: number): ProcessIdentity | null {
    return identify(pid, this.#dependencies.kernel);
  }

  /** `another`: its pid has become that of another one. Throws what the system answers. */
  open({ name, life, nets, identity }: Wanted): SampledProcess | 'gone' | 'another' {
    const { kernel, host, log } = this.#dependencies;
    const keptFiles = this.#keptFiles;
    const troubles = new Troubles(log);
    const onUnread = (file: string, error: unknown): void => {
      this.#unread += 1;
      troubles.warn(file, 'a file about a process cannot be read', { name, life, file, error });
    };
    const reader = ProcessReader.open(identity, { kernel, keptFiles, onUnread });
    if (!(reader instanceof ProcessReader)) return reader;
    const startedAt =
      host.bootedAt + Math.round((identity.startTicks * 1000) / kernel.ticksPerSecond);
    this.#opened += 1;
    return new SampledProcess(
      { name, life, nets, startedAt, turn: this.#opened },
      { reader, linkReader: (tap) => new NetLinkReader(tap, kernel, keptFiles), troubles },
    );
  }
}

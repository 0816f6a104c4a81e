import type { UnikernelName } from '@albatross/shared/domain/name';
import type { NetLink, NetLinkReader } from './kernel/net-link.ts';
import type { ProcessReader } from './kernel/process-reader.ts';
import type { Troubles } from './troubles.ts';

/** A net of a guest, and the tap of the host it goes through. */
export interface NetOfProcess {
  readonly name: string;
  readonly tap: string;
}

export interface SampledNet extends NetOfProcess {
  readonly reader: NetLinkReader;
  link: NetLink | null;
  /** What is told of its tap when that is gone. */
  readonly absence: string;
}

interface Options {
  readonly name: UnikernelName;
  /** Null: somebody named it by hand. */
  readonly life: number | null;
  readonly nets: readonly NetOfProcess[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Counts processes. */
  readonly turn: number;
}

interface Dependencies {
  readonly reader: ProcessReader;
  /** Of a tap. */
  readonly linkReader: (tap: string) => NetLinkReader;
  /** What was told of it. */
  readonly troubles: Troubles;
}

/** A process that is sampled under a name, and what is remembered of it from one sample to the next. */
export class SampledProcess implements Disposable {
  readonly name: UnikernelName;
  readonly life: number | null;
  readonly nets: readonly SampledNet[];
  /** Chosen so that not all are read whole in the same sweep. */
  readonly turn: number;
  readonly startedAt: number;
  readonly reader: ProcessReader;
  readonly troubles: Troubles;
  samples = 0;
  /** By the kernel's clock; null before the first sample. */
  sampledAtMs: number | null = null;
  kvm: Readonly<Record<string, number>> | null = null;
  #isOver = false;

  constructor(options: Options, { reader, linkReader, troubles }: Dependencies) {
    const { name, life, nets, startedAt, turn } = options;
    this.name = name;
    this.life = life;
    this.nets = nets.map(({ name, tap }) => ({
      name,
      tap,
      reader: linkReader(tap),
      link: null,
      absence: `tap ${tap}`,
    }));
    this.startedAt = startedAt;
    this.turn = turn;
    this.reader = reader;
    this.troubles = troubles;
  }

  get pid(): number {
    return this.reader.identity.pid;
  }

  /** Nothing may be read of it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.reader[Symbol.dispose]();
    for (const { reader } of this.nets) reader[Symbol.dispose]();
  }
}

import { deferred } from '@albatross/shared/bus/deferred';
import type { UnikernelDetails, UnikernelSummary } from '@albatross/shared/contracts/unikernel';
import { holdsResources, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { step, type Effect, type Event, type Phase } from './lifecycle.ts';
import type { StoredUnikernel } from './store.ts';

/** One unikernel as the supervisor knows it. Only `apply` changes where it stands. */
export class Unikernel {
  readonly config: UnikernelConfig;
  uid: number | null;
  restarts: number;
  /** Number of its newest life; 0 before the first. */
  life: number;
  /** Start of the newest life, milliseconds since 1970. */
  startedAt: number | null = null;
  #phase: Phase;
  readonly #ended = deferred();

  constructor(
    { config, uid, restarts, life }: StoredUnikernel,
    phase: Phase = { kind: 'starting' },
  ) {
    this.config = config;
    this.uid = uid;
    this.restarts = restarts;
    this.life = life;
    this.#phase = phase;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get holdsResources(): boolean {
    return holdsResources(this.#phase.kind);
  }

  /** Returns what is to be done now. */
  apply(event: Event): readonly Effect[] {
    const { phase, effects } = step(this.#phase, event);
    this.#phase = phase;
    if (!this.holdsResources) this.#ended.resolve();
    return effects;
  }

  /** Resolves when nothing of it runs any more. */
  async whenEnded(): Promise<void> {
    if (this.holdsResources) await this.#ended.promise;
  }

  /** Whether that life is the one it lives now. */
  lives(number: number): boolean {
    const phase = this.#phase;
    return (phase.kind === 'running' || phase.kind === 'stopping') && phase.life === number;
  }

  stored(): StoredUnikernel {
    const { config, uid, restarts, life } = this;
    return { config, uid, restarts, life };
  }

  summary(): UnikernelSummary {
    const phase = this.#phase;
    const { name, target, memoryMib, digest } = this.config;
    return {
      name,
      state: phase.kind,
      target,
      pid: phase.kind === 'running' || phase.kind === 'stopping' ? phase.process.pid : null,
      memoryMib,
      digest,
      startedAt: this.startedAt,
      restarts: this.restarts,
      exit: phase.kind === 'exited' ? phase.exit : null,
    };
  }

  details(): UnikernelDetails {
    return { ...this.summary(), arguments: [...this.config.arguments] };
  }
}

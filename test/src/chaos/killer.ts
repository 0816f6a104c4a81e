import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessName, RunningSystem } from '../harness/running-system.ts';
import { processStat } from '../harness/traces.ts';
import type { Disturbances } from './disturbances.ts';
import type { Figures } from './figures.ts';
import type { Journal } from './journal.ts';
import { killInLife } from './kill-in-life.ts';
import type { Dice } from './random.ts';
import type { Waits } from './waits.ts';

/** One kill in so many operations, on average. */
const OPERATIONS_PER_KILL = 18;
const LOOK_MS = 10;
/** A kill comes so long after its turn, at most: it is to hit anything. */
const LATE_MAX_MS = 300;
/** Nobody is killed while somebody has waited so long: a guest that ignores SIGTERM takes one supervisor 5 s to end. */
const MERCY_AFTER_MS = 45_000;
/** A supervisor that has just begun is killed again so soon, at most. */
const RECOVERY_MAX_MS = 1_500;

interface Parts {
  readonly system: RunningSystem;
  readonly dice: Dice;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly disturbances: Disturbances;
  readonly waits: Waits;
}

/** Kills services, and now and then somebody whom nobody restarts: a tender or a keeper. */
export class Killer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Kills while operations are `done`, until so many are, or until `stop`. */
  async run(done: () => number, operations: number, stop: AbortSignal): Promise<void> {
    const { dice, waits } = this.#parts;
    let due = dice.whole(1, 2 * OPERATIONS_PER_KILL);
    while (!stop.aborted && due < operations) {
      await sleep(LOOK_MS);
      if (done() < due || waits.longestMs() > MERCY_AFTER_MS) continue;
      due = done() + dice.whole(1, 2 * OPERATIONS_PER_KILL);
      await sleep(dice.whole(0, LATE_MAX_MS));
      if (!stop.aborted) await this.#killSomething(stop);
    }
  }

  async #killSomething(stop: AbortSignal): Promise<void> {
    const { dice } = this.#parts;
    const kill = dice.weighted<() => Promise<void>>([
      [24, async () => this.#service('SIGKILL', 'supervisor')],
      [12, async () => await this.#inItsRecovery(stop)],
      [8, async () => this.#service('SIGTERM', 'supervisor')],
      [10, async () => this.#service('SIGKILL', 'console')],
      [8, async () => this.#service('SIGKILL', 'nats-server')],
      [4, async () => this.#service('SIGKILL', 'supervisor', 'console')],
      [4, async () => this.#service('SIGKILL', 'supervisor', 'nats-server')],
      [4, async () => this.#service('SIGKILL', 'supervisor', 'console', 'nats-server')],
      [20, async () => killInLife('tender', this.#parts)],
      [6, async () => killInLife('keeper', this.#parts)],
    ]);
    await kill();
  }

  #service(signal: NodeJS.Signals, ...names: readonly ProcessName[]): void {
    const { system, figures, journal } = this.#parts;
    for (const name of names) {
      const pid = system.pidOf(name);
      if (pid === 0 || processStat(pid) === null) continue;
      journal.write(signal, name, pid);
      process.kill(pid, signal);
      figures.kill(signal === 'SIGKILL' ? name : `${name}(${signal})`);
    }
  }

  /** Twice in a row: the second time before it has come to itself, or just after. */
  async #inItsRecovery(stop: AbortSignal): Promise<void> {
    const { system, dice } = this.#parts;
    const before = system.pidOf('supervisor');
    this.#service('SIGKILL', 'supervisor');
    while (!stop.aborted && [0, before].includes(system.pidOf('supervisor'))) await sleep(LOOK_MS);
    await sleep(dice.whole(0, RECOVERY_MAX_MS));
    if (!stop.aborted) this.#service('SIGKILL', 'supervisor');
  }
}

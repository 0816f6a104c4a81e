import type { Disturbances } from '../chaos/disturbances.ts';
import type { Figures } from '../chaos/figures.ts';
import type { Journal } from '../chaos/journal.ts';
import { killInLife } from '../chaos/kill-in-life.ts';
import type { Dice } from '../chaos/random.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import type { ProcessName, RunningSystem } from '../harness/running-system.ts';
import { OTHERS } from './names.ts';

/** What is killed at once. */
export type Fault = readonly (ProcessName | 'gateway')[];

/** One after the other, round by round, and again. */
const SERVICES: readonly Fault[] = [
  ['supervisor'],
  ['console'],
  ['nats-server'],
  ['gateway'],
  ['supervisor', 'console'],
  ['stats'],
  ['supervisor', 'console', 'nats-server'],
];

interface Parts {
  readonly system: RunningSystem;
  readonly endpoint: Endpoint;
  readonly dice: Dice;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly disturbances: Disturbances;
}

/** Kills, one fault at a time. */
export class Faults {
  readonly #parts: Parts;
  #next = 0;
  /** Begun and ended: odd while something is away. */
  #edges = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Changes when something is killed, and when it is there again. */
  get edges(): number {
    return this.#edges;
  }

  get isAway(): boolean {
    return this.#edges % 2 === 1;
  }

  next(): Fault {
    const fault = SERVICES[this.#next % SERVICES.length] ?? [];
    this.#next += 1;
    return fault;
  }

  /** SIGKILL to all of them; resolves when all are there again and answer. */
  async kill(fault: Fault): Promise<void> {
    const { system, endpoint, figures, journal } = this.#parts;
    const services = fault.filter((name) => name !== 'gateway');
    this.#edges += 1;
    try {
      for (const name of fault) figures.kill(name);
      journal.write('SIGKILL', ...fault);
      if (services.length > 0) await system.kill(...services);
      if (services.length === fault.length) return;
      endpoint.gateway.signal('SIGKILL');
      await endpoint.gateway.stop();
      await endpoint.startGateway();
    } finally {
      this.#edges += 1;
    }
  }

  /** Now and then a tender, or a keeper, of those whose lines nobody counts. */
  killInLife(): void {
    const role = this.#parts.dice.chance(0.8) ? 'tender' : 'keeper';
    killInLife(role, this.#parts, (life) => !OTHERS.some((path) => life.startsWith(path)));
  }
}

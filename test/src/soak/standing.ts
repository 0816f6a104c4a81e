import { setTimeout as sleep } from 'node:timers/promises';
import { untilNone } from '../chaos/at-rest.ts';
import type { Endpoint } from '../harness/endpoint.ts';
import { systemProcesses } from '../harness/traces.ts';
import {
  descriptorsOf,
  excessOf,
  HISTORIES_KEPT_OPEN,
  judgeDescriptors,
  type Descriptors,
} from './descriptors.ts';
import { judgeHeap, judgeMemory, medianOf, type Sample } from './memory-verdict.ts';
import type { HeapTeller } from './heap-teller.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { Verdict } from './verdict.ts';

/** Not under Node. */
const BUS = 'nats-server';
/**
 * What is held at rest, and known to be: of the names under which nothing runs any more, console keeps some histories
 * open, each with its newest lines; the supervisor remembers for ten minutes what it was asked for, and answered.
 */
const HISTORY_BYTES = 160 * 1024;
const OUTCOMES_MINUTES = 10;
const OUTCOMES_A_MINUTE_BYTES = 4 * 2 ** 20;
const SERVICES = ['supervisor', 'console', 'stats', BUS] as const;
/** Looks in one run, and the least and most between two. */
const LOOKS = 500;
const EVERY_MIN_MS = 200;
const EVERY_MAX_MS = 5_000;
/** Open files of all kinds are still the same after so long when nothing is going on. */
const STILL_MS = 2_000;
const BACK_WITHIN_MS = 75_000;

interface Rest {
  readonly id: string;
  readonly bytes: number;
  /** Null of what is not under Node. */
  readonly held: number | null;
}

interface Parts {
  readonly idle: ReadonlyMap<string, Descriptors>;
  readonly known: readonly number[];
  readonly heaps: HeapTeller;
  readonly everyMs: number;
}

/** The processes that stay: what they have while nothing is going on, and what under load. */
export class Standing implements Disposable {
  readonly pids: ReadonlyMap<string, () => number>;
  /** All processes of the system while nothing is going on, those of its tools included. */
  readonly known: readonly number[];
  readonly #heaps: HeapTeller;
  readonly #watch: MemoryWatch;
  readonly #idle: ReadonlyMap<string, Descriptors>;
  readonly #rests = { before: new Map<string, Rest>(), after: new Map<string, Rest>() };
  /** Of the newest load. */
  #span = { from: 0, to: 0 };

  private constructor(
    pids: ReadonlyMap<string, () => number>,
    { idle, known, heaps, everyMs }: Parts,
  ) {
    this.known = known;
    this.#heaps = heaps;
    this.pids = pids;
    this.#idle = idle;
    this.#watch = new MemoryWatch(pids, everyMs);
  }

  /** While nothing is going on. `seconds`: how long there will be load. */
  static async begin(
    endpoint: Endpoint,
    { seconds, heaps }: { readonly seconds: number; readonly heaps: HeapTeller },
  ): Promise<Standing> {
    const { system } = endpoint;
    const pids = new Map<string, () => number>([
      ...SERVICES.map((name) => [name, () => system.pidOf(name)] as const),
      ['tls-gateway', () => endpoint.gateway.pid],
      ['the runner', () => system.pid],
    ]);
    for (const [role, pidOf] of pids) if (role !== BUS) await heaps.ask(pidOf());
    await sleep(STILL_MS);
    const idle = new Map([...pids].map(([role, pidOf]) => [role, descriptorsOf(pidOf())]));
    const everyMs = (1000 * seconds) / LOOKS;
    const known = systemProcesses(system.dir);
    const bounded = Math.min(EVERY_MAX_MS, Math.max(EVERY_MIN_MS, everyMs));
    return new Standing(pids, { idle, known, heaps, everyMs: bounded });
  }

  /** There was load from then to then. */
  loaded(from: number, to: number): void {
    this.#span = { from, to };
  }

  /** Stays at rest for so long, and takes what they have in its second half. */
  async rest(which: 'before' | 'after', ms: number): Promise<void> {
    const half = performance.now() + ms / 2;
    await sleep(ms);
    for (const [role, pidOf] of this.pids) {
      const bytes = medianOf(this.#between(role, half, Infinity));
      const held = role === BUS ? null : await this.#heaps.ask(pidOf());
      this.#rests[which].set(role, { id: this.#watch.idOf(role), bytes, held });
    }
  }

  /** Of each that lived from the one rest to the other. */
  memory(): readonly Verdict[] {
    return [...this.pids.keys()].map((role) => {
      const [before, after] = [this.#rests.before.get(role), this.#rests.after.get(role)];
      const samples = this.#between(role, this.#span.from, this.#span.to);
      const rests = { restBefore: before?.bytes ?? 0, restAfter: after?.bytes ?? 0 };
      const verdict = judgeMemory({ name: role, samples, ...rests });
      if (before?.id === after?.id) return verdict;
      const text = `it was started anew though nobody killed it: ${before?.id}, ${after?.id}`;
      return { ...verdict, problems: [text, ...verdict.problems] };
    });
  }

  /** Of each under Node. */
  heaps(): readonly Verdict[] {
    return [...this.#rests.after].flatMap(([role, { held }]) => {
      const before = this.#rests.before.get(role)?.held ?? 0;
      const kept = this.#keptBy(role);
      return held === null ? [] : [judgeHeap(role, { before, after: held, kept })];
    });
  }

  #keptBy(role: string): number {
    const minutes = (this.#span.to - this.#span.from) / 60_000;
    if (role === 'console') return HISTORIES_KEPT_OPEN * HISTORY_BYTES;
    if (role !== 'supervisor') return 0;
    return Math.min(OUTCOMES_MINUTES, minutes) * OUTCOMES_A_MINUTE_BYTES;
  }

  /** What is still open is waited for. */
  async descriptors(): Promise<readonly Verdict[]> {
    const roles = [...this.pids].map(([name, pidOf]) => {
      return { name, pidOf, idle: this.#idle.get(name) ?? new Map<string, number>() };
    });
    const look = async (): Promise<readonly string[]> =>
      roles.flatMap(({ pidOf, idle }) => excessOf(idle, descriptorsOf(pidOf())));
    await untilNone(look, BACK_WITHIN_MS);
    return roles.map(({ name, pidOf, idle }) =>
      judgeDescriptors(name, idle, descriptorsOf(pidOf())),
    );
  }

  #between(role: string, from: number, to: number): readonly Sample[] {
    return this.#watch.samplesOf(role).filter(({ at }) => at >= from && at <= to);
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

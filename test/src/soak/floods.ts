import { Failure } from '@albatross/shared/contracts/failures';
import type { Crowd } from '../flood/crowd.ts';
import { flood, type FloodOutcome } from '../flood/flood.ts';
import { Script } from '../flood/script.ts';
import { destroyMany } from '../harness/many.ts';
import type { RunningSystem } from '../harness/running-system.ts';
import type { Fault, Faults } from './faults.ts';
import { FLOODS } from './names.ts';
import { SlowFollower } from './slow-follower.ts';

const UNIKERNELS = 8;
const SECONDS = 4;
/** Of each; every so many rounds more than anybody reads. */
const LINES_PER_SECOND = 200;
const MANY_LINES_PER_SECOND = 6000;
const MANY_EVERY = 4;
/** Hello cannot tick faster than its tender sleeps. */
const REAL_TICK_MS = 10;
/** How much of it is printed when something is killed. */
const KILLED_AT = 0.25;

interface Parts {
  readonly system: RunningSystem;
  readonly faults: Faults;
  readonly isReal: boolean;
  readonly stop: AbortSignal;
}

type Sums = Pick<FloodOutcome, 'printed' | 'recorded' | 'dropped' | 'gaps' | 'lostAtGaps'>;

/** What each follower got, and knows that it did not get. */
interface Told {
  readonly followers: readonly { readonly delivered: number; readonly missed: number }[];
}

/** Rounds of unikernels that print numbered lines, each accounted for. */
export class Floods {
  readonly #parts: Parts;
  readonly sums = { printed: 0, recorded: 0, dropped: 0, gaps: 0, lostAtGaps: 0 };
  readonly followers = { delivered: 0, missed: 0 };
  readonly problems: string[] = [];
  rounds = 0;
  /** Rounds that a policy left no room for. */
  refused = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** One round; the fault comes while they print. */
  async round(fault: Fault): Promise<void> {
    const { system } = this.#parts;
    this.rounds += 1;
    try {
      this.#take(await this.#flood(fault), fault);
    } catch (error) {
      // Whoever changes the root's policy leaves little room now and then.
      if (!(error instanceof Failure) || error.code !== 'POLICY_EXCEEDED') throw error;
      this.refused += 1;
    }
    const administrator = await system.administrator();
    const names = (await administrator.list()).map(({ name }) => name);
    await destroyMany(
      administrator,
      names.filter((name) => name.startsWith(FLOODS)),
    );
  }

  async #flood(fault: Fault): Promise<FloodOutcome> {
    const { system, faults, isReal, stop } = this.#parts;
    const linesPerSecond =
      this.rounds % MANY_EVERY === 0 ? MANY_LINES_PER_SECOND : LINES_PER_SECOND;
    const ticks = (SECONDS * 1000) / REAL_TICK_MS;
    let slow: SlowFollower | null = null;
    try {
      const outcome = await flood(system, {
        path: FLOODS,
        called: `r${this.rounds}n`,
        ...(isReal ? { script: Script.hello({ tickMs: REAL_TICK_MS, ticks }) } : {}),
        unikernels: UNIKERNELS,
        linesPerSecond,
        seconds: SECONDS,
        followers: 1,
        stop,
        say: () => undefined,
        ready: async () => {
          slow = await SlowFollower.start(system, FLOODS);
        },
        meanwhile: async (crowd: Crowd) => {
          await crowd.untilReached((crowd.script.total ?? 0) * KILLED_AT, stop);
          if (fault.length > 0) await faults.kill(fault);
          else faults.killInLife();
        },
      });
      this.problems.push(...((await (slow as SlowFollower | null)?.end()) ?? []));
      return outcome;
    } finally {
      await (slow as SlowFollower | null)?.[Symbol.asyncDispose]();
    }
  }

  #take(outcome: FloodOutcome, fault: Fault): void {
    for (const key of Object.keys(this.sums) as (keyof Sums)[]) this.sums[key] += outcome[key];
    for (const { delivered, missed } of outcome.followers) {
      this.followers.delivered += delivered;
      this.followers.missed += missed;
    }
    this.problems.push(
      ...problemsOf(outcome, fault).map((text) => `round ${this.rounds}: ${text}`),
    );
  }
}

/** A line that nobody accounts for, and a gap though nobody killed who reads. */
export function problemsOf(
  outcome: Sums & Told & Pick<FloodOutcome, 'problems' | 'entries'>,
  fault: Fault,
): readonly string[] {
  const { printed, recorded, dropped, lostAtGaps, gaps, entries, followers, problems } = outcome;
  const missing = printed - recorded - dropped - lostAtGaps;
  const all = [...problems];
  if (missing !== 0) all.push(`of ${printed} lines ${missing} are not accounted for`);
  if (gaps > 0 && !fault.includes('console'))
    all.push(`there are ${gaps} gaps, and console was not killed`);
  for (const { delivered, missed } of followers)
    if (delivered + missed !== entries)
      all.push(`a follower knows of ${delivered + missed} of ${entries} entries`);
  return all;
}

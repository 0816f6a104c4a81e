import { cpuSecondsOf } from '../../process-cost.ts';
import type { Asker } from './asker.ts';
import type { Checked } from './questions.ts';

/** Who is asked what. */
export interface Asked {
  readonly question: Checked;
  /** The process that answers. */
  readonly pid: number;
}

/** What one of them did in all rounds. */
export interface Answered {
  /** Of each round. */
  readonly perSecond: readonly number[];
  /** Of each request, of all rounds. */
  readonly latenciesMs: readonly number[];
  /** That the process took for each request. */
  readonly cpuMicroseconds: number;
}

export interface Rounds {
  readonly inFlight: number;
  readonly rounds: number;
  /** Of each of them, in each round. */
  readonly forMs: number;
  readonly stop: AbortSignal;
}

/** Asks all of them in turn, round by round, so that whatever else the machine does hinders them alike. */
export async function askInTurn(
  asker: Asker,
  all: readonly Asked[],
  { inFlight, rounds, forMs, stop }: Rounds,
): Promise<readonly Answered[]> {
  const sums = all.map(() => ({
    perSecond: [] as number[],
    latenciesMs: [] as number[],
    cpuSeconds: 0,
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { question, pid }] of all.entries()) {
      stop.throwIfAborted();
      const before = cpuSecondsOf(pid);
      const { reply, perSecond, latenciesMs } = await asker.ask(question, { inFlight, forMs });
      const sum = sums[index];
      question.check(reply);
      sum?.perSecond.push(perSecond);
      for (const ms of latenciesMs) sum?.latenciesMs.push(ms);
      if (sum !== undefined) sum.cpuSeconds += cpuSecondsOf(pid) - before;
    }
  }
  return sums.map(({ perSecond, latenciesMs, cpuSeconds }) => ({
    perSecond,
    latenciesMs,
    cpuMicroseconds: (cpuSeconds * 1e6) / latenciesMs.length,
  }));
}

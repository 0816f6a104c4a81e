/** The part of the fuzzer that may hang or die: reads mutated inputs until the time is over or one is a finding. */
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { inspect } from 'node:util';
import { Dice } from './dice.ts';
import type { FuzzCounts, FuzzMessage, FuzzOrder } from './run-fuzz.ts';
import { Run } from './run.ts';
import type { Target } from './target.ts';

const [order] = (await once(process, 'message')) as [FuzzOrder];
const module = (await import(order.targets)) as { readonly allTargets: () => readonly Target[] };
const progressFile = openSync(order.progressFile, 'r+');
process.send?.(fuzz(module.allTargets()));
process.disconnect();

function fuzz(targets: readonly Target[]): FuzzMessage {
  const shared = { dice: new Dice(order.seed), progressFile, counter: { rounds: 0 } };
  const runs = targets.map((target, number) => new Run(target, { ...shared, number }));
  const deadline = performance.now() + order.seconds * 1000;
  try {
    for (const run of runs) run.seed();
    while (performance.now() < deadline) for (const run of runs) run.round();
    return { kind: 'done', counts: countsOf(runs) };
  } catch (error) {
    return { kind: 'finding', what: inspect(error) };
  }
}

function countsOf(runs: readonly Run[]): FuzzCounts {
  return {
    rounds: runs.reduce((sum, { rounds }) => sum + rounds, 0),
    read: runs.reduce((sum, { read }) => sum + read, 0),
    outcomes: runs.reduce((sum, { pool }) => sum + pool.outcomes, 0),
    slowestMs: Math.max(...runs.map(({ slowestMs }) => slowestMs)),
  };
}

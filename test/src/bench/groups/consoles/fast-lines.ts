import assert from 'node:assert/strict';
import type { Ground } from '../../group.ts';
import { Dropping } from './dropping.ts';
import type { FollowedConsole } from './followed-console.ts';
import { linesPerS } from './press.ts';
import type { Programs } from './programs.ts';

interface Amount {
  readonly rounds: number;
  /** Lines of a round, into all fifos together. */
  readonly total: number;
  /** Whether whoever follows may be left to the history; otherwise every line has to come. */
  readonly mayMiss: boolean;
}

/** Lines a second of each round, and how many of all were not received. */
export interface FastLines {
  readonly received: readonly number[];
  readonly bare: readonly number[];
  readonly missed: number;
}

/** Prints as fast as it is read, each round in turn with as many fifos whose lines are dropped. */
export async function printFastLines(
  ground: Ground,
  programs: Programs,
  { unikernels, press, follower }: FollowedConsole,
  { rounds, total, mayMiss }: Amount,
): Promise<FastLines> {
  const lines = total / unikernels;
  await using bare = await Dropping.start(programs, unikernels, false);
  const rates = { received: [] as number[], bare: [] as number[] };
  let missed = 0;
  for (let round = -1; round < rounds; round += 1) {
    ground.stop.throwIfAborted();
    const bareRate = linesPerS(await bare.press.printFast(lines), total);
    await follower.begin();
    const { printed } = press;
    const { beganNs } = await press.printFast(lines);
    const received = await follower.untilReceived(total);
    assert.equal(received.dropped, 0, 'console threw nothing away');
    assert.ok(received.lines <= total, 'no line came twice');
    assert.ok(mayMiss || received.lines === total, 'every line came');
    if (received.lines === total)
      assert.equal(received.numberSum, press.numberSum(printed), 'every line came once');
    // The first has everything compiled.
    if (round < 0) continue;
    missed += total - received.lines;
    rates.bare.push(bareRate);
    rates.received.push(received.lines / ((received.lastAtNs - beganNs) / 1e9));
  }
  return { ...rates, missed };
}

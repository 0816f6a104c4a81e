import assert from 'node:assert/strict';
import type { Figure } from '../../figures.ts';
import { cpuSecondsOf } from '../../process-cost.ts';
import { Dropping } from './dropping.ts';
import type { FollowedConsole } from './followed-console.ts';
import type { Programs } from './programs.ts';
import type { Receipts } from './receiver.ts';

const LINES_PER_S = 10_000;

interface PacedLines {
  /** From a write into a fifo to whoever receives it, in milliseconds. */
  readonly received: Figure;
  /** To a C program that reads the fifo. */
  readonly bare: Figure;
  /** CPU time that console takes for each. */
  readonly cpuUs: number;
}

/** Each line is written by itself, when its time has come, and says when that was: 10,000 a second, for so long. */
export async function printPacedLines(
  programs: Programs,
  { pid, unikernels, press, follower }: FollowedConsole,
  seconds: number,
): Promise<PacedLines> {
  const total = LINES_PER_S * seconds;
  const lines = total / unikernels;
  await using bare = await Dropping.start(programs, unikernels, true);
  await bare.receiver.begin();
  await bare.press.printPaced(lines, LINES_PER_S);
  const dropped = await bare.receiver.untilReceived(total);
  await follower.begin();
  const cpuBefore = cpuSecondsOf(pid);
  await press.printPaced(lines, LINES_PER_S);
  const received = await follower.untilReceived(total);
  const cpuUs = ((cpuSecondsOf(pid) - cpuBefore) * 1e6) / total;
  for (const { lines } of [dropped, received]) assert.equal(lines, total, 'every line came');
  return { received: latencyOf(received), bare: latencyOf(dropped), cpuUs };
}

function latencyOf({ samples, medianUs, p99Us }: Receipts): Figure {
  return { runs: samples, median: medianUs / 1000, p99: p99Us / 1000 };
}

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { ProcessName, RunningSystem } from '../harness/running-system.ts';
import type { Crowd } from './crowd.ts';
import { flood, type FloodOutcome } from './flood.ts';
import { report } from './report.ts';
import { assertShowedAll } from './shown.ts';

export const KILLED_FLOOD = {
  path: 'many:',
  unikernels: 50,
  linesPerSecond: 200,
  seconds: 6,
  followers: 1,
  /** When each has printed so much of it. */
  killsAt: [0.25, 0.6],
};

/**
 * 10,000 lines a second, while a process is killed: no line is missing unless a gap marker stands there, no
 * unikernel is held up for longer than the process is away, and whoever follows ends with all that is in the
 * history.
 */
export async function floodAndKill(
  system: RunningSystem,
  killed: ProcessName,
  t: TestContext,
): Promise<FloodOutcome> {
  const { killsAt, ...sizes } = KILLED_FLOOD;
  const say = (text: string): void => t.diagnostic(text);
  const names = Array.from({ length: sizes.unikernels }, (_, n) => `${sizes.path}n${twoDigits(n)}`);
  const follow = ['--follow', '--count', '1000000', '--json'];
  const ofOne = system.startAlbatross('console', names[0] ?? '', ...follow);
  const ofAll = system.startAlbatross('console', sizes.path, ...follow);
  t.after(() => [ofOne, ofAll].map((client) => client.signal('SIGKILL')));
  // Whoever asks for the first time while console is away is told so, and ends.
  const ready = async (): Promise<void> => {
    for (const client of [ofOne, ofAll]) await client.untilSays(/\n/);
  };
  const awayMs: number[] = [];
  const meanwhile = async (crowd: Crowd): Promise<void> => {
    for (const share of killsAt) {
      await crowd.untilReached((crowd.script.total ?? 0) * share, t.signal);
      const startedAt = performance.now();
      await system.kill(killed);
      awayMs.push(performance.now() - startedAt);
    }
  };
  const options = { ...sizes, stop: t.signal, say, ready, meanwhile };
  const outcome = await flood(system, options);
  for (const line of report(outcome, options)) say(line);
  say(`${killed} was away for ${awayMs.map((ms) => ms.toFixed(0)).join(' and ')} ms`);
  assert.deepEqual(outcome.problems, []);
  assert.equal(outcome.recorded + outcome.dropped + outcome.lostAtGaps, outcome.printed);
  assert.equal(outcome.writing.length, sizes.unikernels);
  for (const { blockedUs } of outcome.writing)
    assert.ok(blockedUs / 1000 < Math.max(...awayMs), `${blockedUs} µs`);
  for (const { delivered, missed } of outcome.followers)
    assert.equal(delivered + missed, outcome.entries);
  const administrator = await system.administrator();
  await assertShowedAll(ofOne, administrator, names.slice(0, 1));
  await assertShowedAll(ofAll, administrator, names);
  return outcome;
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');

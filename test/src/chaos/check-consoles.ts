import type { EventRecord } from '@albatross/shared/contracts/event';
import { describeExit } from '@albatross/shared/domain/exit';
import { lifeName } from '@albatross/shared/domain/life';
import type { Administrator } from '../harness/administrator.ts';
import type { Disturbances } from './disturbances.ts';
import { toldLives } from './check-events.ts';
import { isNumbered } from './order.ts';

/** Every life that ended stands in its name's console, with its beginning and its end. */
export async function checkConsoles(
  administrator: Administrator,
  events: readonly EventRecord[],
  disturbances: Disturbances,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const lives = [...toldLives(events).values()];
  for (const name of new Set(lives.map((life) => life.name))) {
    const entries = await administrator.console(name);
    const first = entries[0]?.seq ?? 1;
    if (!isNumbered(entries, first - 1)) problems.push(`the console of ${name} has gaps`);
    for (const { number, exits } of lives.filter((life) => life.name === name)) {
      // With its keeper the fifo may go, and what was in it.
      if (disturbances.hasKeeper(lifeName({ unikernel: name, number }))) continue;
      const own = entries.flatMap(({ entry }) =>
        (entry.kind === 'boot' || entry.kind === 'exit') && entry.life === number ? [entry] : [],
      );
      const found = own.map((entry) => (entry.kind === 'boot' ? 'boot' : `exit ${entry.why}`));
      const ends = exits.map(({ exit }) => `exit ${describeExit(exit)}`);
      const expected = ['boot', ...ends];
      // The oldest entries of a long history are not kept.
      if (first > 1 && found.length < expected.length) continue;
      if (found.join() !== expected.join())
        problems.push(
          `the console has of life ${number} of ${name}: ${found.join(', ')}; not ${expected.join(', ')}`,
        );
    }
  }
  return problems;
}

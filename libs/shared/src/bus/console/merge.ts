import type { ConsoleEntry } from '../../contracts/console.ts';
import type { ConsoleLookahead } from './lookahead.ts';

/**
 * Entries of several consoles by time, those of each in order: a clock that was set back does not part a
 * console's lines. Throws a `Failure`.
 */
export async function* mergedByTime(
  filled: readonly ConsoleLookahead[],
): AsyncGenerator<{ readonly from: ConsoleLookahead; readonly entry: ConsoleEntry }> {
  /** Whose head is the oldest, last. */
  const waiting: ConsoleLookahead[] = [];
  for (const one of filled) if (one.head !== undefined) waiting.push(one);
  waiting.sort((a, b) => timeOf(b) - timeOf(a) || (a.name < b.name ? 1 : -1));
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const entry = from.head;
    if (entry === undefined) continue;
    yield { from, entry };
    await from.shift();
    if (from.head !== undefined) waiting.splice(placeOf(from, waiting), 0, from);
  }
}

const timeOf = ({ head }: ConsoleLookahead): number => head?.at ?? 0;

/** Of those of the same time the one that was last goes on, so that its lines stay together. */
function placeOf(one: ConsoleLookahead, waiting: readonly ConsoleLookahead[]): number {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = waiting[middle];
    if (there !== undefined && timeOf(there) >= timeOf(one)) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { consoleHistory, type HistoryStart } from '../../contracts/console.ts';
import { Failure } from '../../contracts/failures.ts';
import type { UnikernelName } from '../../domain/name.ts';
import type { Bus } from '../bus.ts';
import type { ConsoleCursor } from './cursor.ts';
import { inParallel } from './in-parallel.ts';
import { ConsoleLookahead } from './lookahead.ts';
import { mergedByTime } from './merge.ts';
import type { ConsoleReader } from './reader.ts';

/** Consoles whose history is asked for at the same time. */
const HISTORIES_IN_FLIGHT = 4;
/** What is kept of all histories while they are merged; with very many consoles the other for each. */
export const LOOKAHEAD_BYTES_MAX = 32 * 1024 * 1024;
const LOOKAHEAD_BYTES_MIN = 8 * 1024;

/** Where a console is begun with, and how far it was shown. */
export interface Beginning {
  readonly name: UnikernelName;
  readonly from: HistoryStart;
  readonly cursor: ConsoleCursor;
}

interface Options {
  readonly signal: AbortSignal;
  /** Nothing is kept of a console, or not any more. */
  readonly onNotFound: (beginning: Beginning, failure: Failure) => void;
  /** It is known how far they go. Nothing is shown before this resolves. */
  readonly onFound?: () => Promise<void>;
}

/** Shows what consoles hold up to now, by time. Throws a `Failure`. */
export async function showHistories(
  bus: Pick<Bus, 'request'>,
  beginnings: readonly Beginning[],
  reader: ConsoleReader,
  { signal, onNotFound, onFound }: Options,
): Promise<void> {
  const share = Math.floor(LOOKAHEAD_BYTES_MAX / Math.max(1, beginnings.length));
  const bytesMax = Math.max(LOOKAHEAD_BYTES_MIN, share);
  const cursors = new Map(beginnings.map(({ name, cursor }) => [name, cursor]));
  const filled: ConsoleLookahead[] = [];
  await inParallel(beginnings, HISTORIES_IN_FLIGHT, async (beginning) => {
    if (signal.aborted) return;
    const lookahead = new ConsoleLookahead(bus, beginning, bytesMax);
    await found(beginning, onNotFound, async () => {
      await lookahead.fill();
      filled.push(lookahead);
    });
  });
  if (!signal.aborted) await onFound?.();
  for await (const { from, entry } of mergedByTime(filled)) {
    await reader.room();
    if (signal.aborted) return;
    for (const one of cursors.get(from.name)?.take(entry) ?? []) reader.show(from.name, one);
  }
}

/** Counts as shown what consoles hold up to now, but for what is wanted of it. Throws a `Failure`. */
export async function skipHistories(
  bus: Pick<Bus, 'request'>,
  beginnings: readonly Beginning[],
  { signal, onNotFound }: Options,
): Promise<void> {
  await inParallel(beginnings, HISTORIES_IN_FLIGHT, async (beginning) => {
    if (signal.aborted) return;
    const { name, from, cursor } = beginning;
    await found(beginning, onNotFound, async () => {
      const { entries } = await bus.request(consoleHistory, {
        name,
        from: { kind: 'count', count: 1 },
      });
      const newest = entries.at(-1);
      const isWanted = from.kind === 'since' && (newest?.at ?? 0) >= from.at;
      if (newest !== undefined && !isWanted) cursor.skipTo(newest);
    });
  });
}

async function found(
  beginning: Beginning,
  onNotFound: Options['onNotFound'],
  ask: () => Promise<void>,
): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'CONSOLE_NOT_FOUND') throw error;
    onNotFound(beginning, error);
  }
}

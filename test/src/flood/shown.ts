import { eventually } from '@albatross/shared/bus/testing/asserts';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';
import type { Administrator } from '../harness/administrator.ts';
import { entryTexts } from '../harness/console-entries.ts';
import type { Program } from '../harness/program.ts';

/** A line of `albatross console --json`. */
interface Shown {
  readonly name: string;
  readonly seq: number;
  readonly line: string;
  readonly marker: string | null;
}

const SHOWN_WITHIN_MS = 60_000;

/** Ends a client that follows, as by Ctrl-C: of each it showed every entry of the history once, in order. */
export async function assertShowedAll(
  client: Program,
  administrator: Administrator,
  names: readonly string[],
): Promise<void> {
  const histories = await Promise.all(names.map(async (name) => await administrator.console(name)));
  await untilLines(client, histories.flat().length);
  client.signal('SIGINT');
  const { status, stdout } = await client.ended();
  assert.equal(status, 0);
  const shown = shownIn(stdout);
  for (const [index, name] of names.entries()) {
    const own = shown.filter((one) => one.name === name);
    assert.deepEqual(own.map(shownText), histories[index]?.map(historyText));
  }
}

/** Looks at what is new only: there are megabytes of it. */
async function untilLines(client: Program, count: number): Promise<void> {
  let [lines, looked] = [0, 0];
  const isThere = (): boolean => {
    const more = client.stdout.slice(looked);
    looked += more.length;
    lines += more.split('\n').length - 1;
    return lines >= count;
  };
  try {
    await eventually(`it shows ${count} lines`, isThere, SHOWN_WITHIN_MS);
  } catch (cause) {
    throw new Error(`a client showed ${lines} of ${count} lines\n${client.stderr}`, { cause });
  }
}

/** What a client has shown, of which the last line may not be complete yet. */
export function shownIn(output: string): readonly Shown[] {
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return lines.map((text): Shown => JSON.parse(text));
}

function shownText({ seq, line, marker }: Shown): string {
  return `${seq} ${marker === null ? line : `[${marker}]`}`;
}

function historyText(entry: ConsoleEntry): string {
  const { kind } = entry.entry;
  return `${entry.seq} ${kind === 'line' ? entryTexts([entry])[0] : `[${kind}]`}`;
}

import type { Bus } from '@albatross/shared/bus/bus';
import { ConsoleOutput } from '../console-output.ts';
import type { Output } from '../output.ts';
import { attend } from './attend.ts';
import { beginningOf, type Beginning } from './beginning.ts';
import { LifeConsole } from './life-console.ts';
import { LifeWatch } from './life-watch.ts';
import { lookoutHere } from './lookout-here.ts';
import type { Started } from './tell-and-stay.ts';
import type { Ready, Wait } from './wait-options.ts';

/** Stays with a unikernel of this host that was just started, as long as somebody wants. Throws a `Failure`. */
export async function stayHere(
  output: Output,
  bus: Bus,
  started: Started,
  { wait, signal }: { readonly wait: Wait; readonly signal: AbortSignal },
): Promise<void> {
  const { name } = started.made;
  const isShown = wait.isFollowing;
  const shown = isShown ? new ConsoleOutput({ isRaw: false, isNamed: false }, output) : null;
  const console = consoleHere(bus, started, wait.ready, shown);
  await attend(output, { name, watch: watchHere(bus, started), console }, wait, signal);
}

export function watchHere(bus: Bus, { made }: Started): LifeWatch {
  const { name, state, startedAt, addName } = made;
  const life = state === 'running' ? startedAt : null;
  return new LifeWatch(lookoutHere(bus, name), { life, isNamed: addName });
}

export function consoleHere(
  bus: Bus,
  started: Started,
  { checks }: Ready,
  shown: ConsoleOutput | null,
): LifeConsole {
  const patterns = checks.flatMap((check) => (check.kind === 'console' ? [check.pattern] : []));
  const begin = async (): Promise<Beginning> => await beginningOf(bus, started);
  return new LifeConsole(bus, { name: started.made.name, begin, patterns }, shown);
}

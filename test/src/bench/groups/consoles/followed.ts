import { figureOf, onlyOnce } from '../../figures.ts';
import type { Ground } from '../../group.ts';
import { ConsoleAlone } from './console-alone.ts';
import { printFastLines } from './fast-lines.ts';
import type { FollowedConsole } from './followed-console.ts';
import { printPacedLines } from './paced-lines.ts';
import { LINE_BYTES } from './press.ts';
import type { Programs } from './programs.ts';
import { Receiver } from './receiver.ts';

/** What gets from fifos through console and the bus to a follower: how much, and how late. */
export async function measureFollowed(
  ground: Ground,
  programs: Programs,
  unikernels: number,
): Promise<void> {
  await using console = await ConsoleAlone.start(programs, unikernels);
  await using follower = await Receiver.following(programs, console.folders);
  const { pid, press } = console;
  const followed = { pid, unikernels, press, follower };
  await measureRate(ground, programs, followed);
  await measureLatency(ground, programs, followed);
}

async function measureRate(
  ground: Ground,
  programs: Programs,
  console: FollowedConsole,
): Promise<void> {
  const { unikernels } = console;
  const amount = ground.isQuick
    ? { rounds: 2, total: 100_000, mayMiss: true }
    : { rounds: 7, total: 400_000, mayMiss: true };
  const { received, bare, missed } = await printFastLines(ground, programs, console, amount);
  const share = ((100 * missed) / (amount.rounds * amount.total)).toFixed(1);
  ground.say(`  ${unikernels}: ${share} % of the lines were left to the history`);
  const limitOf = (times: number) => ({
    what: 'the same fifos read and dropped in C',
    figure: figureOf(bare.map((rate) => rate * times)),
  });
  ground.row({
    key: `consoles/followed-${unikernels}`,
    what: `lines of 100 bytes that ${whoPrints(unikernels)} and a follower on the bus receives, with no limit on floods`,
    unit: '/s',
    figure: figureOf(received),
    limit: limitOf(1),
    who: 'ours',
  });
  ground.row({
    key: `consoles/followed-bytes-${unikernels}`,
    what: 'the same in bytes',
    unit: '/s',
    figure: figureOf(received.map((rate) => rate * LINE_BYTES)),
    limit: limitOf(LINE_BYTES),
    who: 'ours',
  });
}

async function measureLatency(
  ground: Ground,
  programs: Programs,
  console: FollowedConsole,
): Promise<void> {
  const { unikernels } = console;
  const { received, bare, cpuUs } = await printPacedLines(
    programs,
    console,
    ground.isQuick ? 1 : 5,
  );
  ground.row({
    key: `consoles/latency-${unikernels}`,
    what: `from a write into the fifo to the follower, where ${whoPrints(unikernels)} 10,000 lines/s`,
    unit: 'ms',
    figure: received,
    limit: { what: 'to a C program that reads the fifo', figure: bare },
    who: 'ours',
  });
  ground.row({
    key: `consoles/paced-cpu-${unikernels}`,
    what: 'CPU time that console takes for each of these lines, nearly every one a read of its own',
    unit: 'µs',
    figure: onlyOnce(cpuUs),
    limit: null,
    who: 'ours',
  });
}

export function whoPrints(unikernels: number): string {
  return unikernels === 1 ? 'one unikernel prints' : `${unikernels} unikernels print`;
}

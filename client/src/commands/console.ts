import { ConsoleStream } from '@albatross/shared/bus/console/stream';
import type { HistoryStart } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { isPathName, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readCount, readName, readTime } from '../arguments.ts';
import { ConsoleOutput } from '../console-output.ts';
import { addExamples } from '../help/examples.ts';
import { interrupted, unread } from '../interrupted.ts';
import {
  addDestinationOptions,
  destinationOf,
  type CsrPlace,
  type DestinationFlags,
  type RemotePlace,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly count: number;
  readonly since?: number;
  readonly follow?: true;
  readonly raw?: true;
}

const COUNT_DEFAULT = 20;

export function addConsole(program: Command, session: Session): void {
  const command = program
    .command('console')
    .description('show what a unikernel printed, or those at and below a path')
    .argument(
      '<name>',
      'its name, it need not run any more; or a path as "foo:", ":" for all',
      readName,
    )
    .option('--count <n>', 'begin with the newest n lines of each', readCount, COUNT_DEFAULT)
    .option('--since <time>', 'begin at that time instead', readTime)
    .option(
      '-f, --follow',
      'then show what is printed, until Ctrl-C; of a path, begin with those that run; another host always does',
    )
    .option(
      '--raw',
      'print the bytes as the unikernel did, without times and escapes (below a path, behind its name); what is no line of it goes to stderr',
    );
  addExamples(command, [
    'albatross console hello --count 100 --follow',
    'albatross console foo: --follow',
    'albatross console hello --destination host.example',
  ]);
  addDestinationOptions(command)
    .addHelpText('after', HELP)
    .action(async (name: Name, flags: Flags, command: Command) => {
      if (flags.raw && session.output.isJson)
        throw new Failure('USAGE_INVALID', '--raw and --json cannot be given together');
      const { output } = session;
      const from: HistoryStart =
        flags.since === undefined
          ? { kind: 'count', count: flags.count }
          : { kind: 'since', at: flags.since };
      const place = destinationOf(flags);
      if (place.kind !== 'local') return await followOne(session, place, name, flags);
      const isFollowing = flags.follow ?? session.invokedAs === 'albatross-client';
      await withBus(session, command, async (bus) => {
        const isNamed = isPathName(name);
        const reader = new ConsoleOutput({ isRaw: flags.raw ?? false, isNamed }, output);
        const stream = new ConsoleStream(bus, name, reader);
        const place = isNamed ? `what is at and below ${name}` : name;
        if (isFollowing) {
          const onNothing = (): void => output.note(`waiting for ${place} to print something`);
          await stream.follow(from, { signal: interrupted(), onNothing });
        } else {
          const onNothing = (): void => output.note(`nothing is kept of ${place}`);
          await stream.history(from, { signal: unread(), onNothing });
        }
      });
    });
}

/** What one unikernel prints on another host, until Ctrl-C. */
async function followOne(
  session: Session,
  place: CsrPlace | RemotePlace,
  name: Name,
  flags: Flags,
): Promise<void> {
  if (isPathName(name)) {
    const right = 'give the name of one, as in "hello"';
    throw new Failure('NAME_INVALID', `another host shows one console at a time; ${right}`);
  }
  const from =
    flags.since === undefined
      ? ({ kind: 'count', lines: BigInt(flags.count) } as const)
      : ({ kind: 'since', at: flags.since } as const);
  const { followThere } = await import('../remote/console-there.ts');
  await followThere(session, place, { name, from, isRaw: flags.raw ?? false });
}

const HELP = `
Without --raw, nothing a unikernel prints can act on the terminal: control characters, bytes that are not
UTF-8 and invisible characters are shown as \\x1b, \\xff or \\u202e.

Of another host one console can be followed, from at most 1024 lines back.`;

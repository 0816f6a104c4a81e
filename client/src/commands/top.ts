import { ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { interrupted } from '../interrupted.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import { readRefreshes } from '../stats-arguments.ts';
import { liveDisplay, plainDisplay, type Look } from '../top-display.ts';
import { TopWatch } from '../top-watch.ts';

interface Flags {
  readonly name: Name;
  readonly count?: number;
}

const HELP = `
Keys: c, m, n, t sort by CPU, memory, network, name; r reverses; arrows, PgUp and PgDn scroll; q quits.
IN is what comes to the unikernel. The history is as high as one CPU.

Example: albatross top --name foo:`;

export function addTop(program: Command, session: Session): void {
  const command = program
    .command('top')
    .description(
      'watch what unikernels take of the machine; plain lines where there is no terminal',
    )
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option('--count <n>', 'end after so many refreshes, one each interval', readRefreshes);
  addLocalOnly(command, 'stats with --destination shows the same numbers, as lines')
    .addHelpText('after', HELP)
    .action(async ({ name, count = Infinity }: Flags, command: Command) => {
      await withBus(session, command, async (bus) => {
        const watch = new TopWatch(bus, name);
        const quit = new AbortController();
        using display =
          process.stdout.isTTY && session.env['TERM'] !== 'dumb'
            ? liveDisplay(watch, lookFor(session.env), () => quit.abort())
            : plainDisplay(watch, session.output);
        const signal = AbortSignal.any([interrupted(), hungUp(), quit.signal]);
        await watch.run({ signal, count, onRefresh: display.refresh });
      });
    });
}

function lookFor(env: NodeJS.ProcessEnv): Look {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (one) => one !== undefined && one !== '',
  );
  const noColour = env['NO_COLOR'] ?? '';
  return { isColoured: noColour === '', isUnicode: /utf-?8/i.test(locale ?? '') };
}

/** The terminal may still be there, as when somebody else sent the signal. */
function hungUp(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGHUP', () => stop.abort());
  return stop.signal;
}

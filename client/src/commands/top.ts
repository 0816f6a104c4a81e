import { ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { interrupted } from '../interrupted.ts';
import { addLocalOnly } from '../remote/local-only.ts';
import { withBus, type Session } from '../session.ts';
import { readRefreshes } from '../stats-arguments.ts';
import { jsonDisplay, liveDisplay, plainDisplay, type TopDisplay } from '../top-display.ts';
import { TopWatch } from '../top-watch.ts';

interface Flags {
  readonly name: Name;
  readonly count?: number;
}

const HELP = `
Keys: c, m, n, t sort by CPU, memory, network, name; r reverses; arrows, PgUp and PgDn scroll; q quits.
IN is what comes to the unikernel. The history is as high as one CPU.`;

export function addTop(program: Command, session: Session): void {
  const command = program
    .command('top')
    .description(
      'watch what unikernels take of the machine; plain lines where there is no terminal',
    )
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option('--count <n>', 'end after so many refreshes, one each interval', readRefreshes);
  addExamples(command, ['albatross top --name foo:']);
  addLocalOnly(command, 'stats with --destination shows the same numbers, as lines')
    .addHelpText('after', HELP)
    .action(async ({ name, count = Infinity }: Flags, command: Command) => {
      await withBus(session, command, async (bus) => {
        const watch = new TopWatch(bus, name);
        const quit = new AbortController();
        using display = displayFor(session, watch, () => quit.abort());
        const signal = AbortSignal.any([interrupted(), hungUp(), quit.signal]);
        await watch.run({ signal, count, onRefresh: display.refresh });
      });
    });
}

function displayFor({ output, env }: Session, watch: TopWatch, quit: () => void): TopDisplay {
  if (output.isJson) return jsonDisplay(watch, output);
  const isLive = process.stdout.isTTY && env['TERM'] !== 'dumb';
  if (!isLive) return plainDisplay(watch, output);
  return liveDisplay(watch, { isColoured: output.isColoured, isUnicode: isUnicode(env) }, quit);
}

function isUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (one) => one !== undefined && one !== '',
  );
  return /utf-?8/i.test(locale ?? '');
}

/** The terminal may still be there, as when somebody else sent the signal. */
function hungUp(): AbortSignal {
  const stop = new AbortController();
  process.once('SIGHUP', () => stop.abort());
  return stop.signal;
}

import { Argument, type Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIVE_KINDS, liveNames, type LiveKind } from '../completion/live-names.ts';
import { withBus, type Session } from '../session.ts';

/** Somebody has pressed a key and waits. */
export const COMPLETE_DEADLINE_MS = 1_000;

/** For the completions of shells: a name a line, and nothing when anything is wrong. */
export function addComplete(program: Command, session: Session): void {
  program
    .command('complete', { hidden: true })
    .description('print names of the running system that begin so')
    .addArgument(new Argument('<what>', 'of which kind').choices(LIVE_KINDS))
    .argument('[prefix]', 'how they begin', '')
    .action(async (what: LiveKind, prefix: string, _flags: object, command: Command) => {
      const names = withBus(session, command, async (bus) => await liveNames(bus, what, prefix));
      const found = await Promise.race([names.catch(() => []), sleep(COMPLETE_DEADLINE_MS, [])]);
      session.output.show(found, found);
      // Whatever is under way on the bus would hold the process, and with it the shell.
      process.stdout.write('', () => process.exit(0));
    });
}

import type { HistoryStart } from '@albatross/shared/contracts/console';
import type { Command } from 'commander';
import { readCount, readTime, readUnikernelName } from '../arguments.ts';
import { ConsoleStream } from '../console-stream.ts';
import { entryToJson, entryToText } from '../console-view.ts';
import { interrupted } from '../interrupted.ts';
import { withBus, type Session } from '../session.ts';

interface Flags {
  readonly count: number;
  readonly since?: number;
  readonly follow?: true;
}

const COUNT_DEFAULT = 20;

export function addConsole(program: Command, session: Session): void {
  program
    .command('console')
    .description('show what a unikernel printed')
    .argument('<name>', 'its name; it need not run any more')
    .option('--count <n>', 'begin with the newest n lines', readCount, COUNT_DEFAULT)
    .option('--since <time>', 'begin at that time instead', readTime)
    .option('-f, --follow', 'then show what it prints, until Ctrl-C')
    .option('--json', 'print an object a line')
    .addHelpText('after', '\nExample: albatross console hello --count 100 --follow')
    .action(async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const from: HistoryStart =
        flags.since === undefined
          ? { kind: 'count', count: flags.count }
          : { kind: 'since', at: flags.since };
      const isFollowing = flags.follow ?? session.invokedAs === 'albatross-client';
      await withBus(session, command, async (bus) => {
        const stream = new ConsoleStream(bus, name, (entry) => {
          if (session.output.isJson) session.output.json(entryToJson(name, entry));
          else session.output.line(entryToText(entry));
        });
        const onWaiting = (): void => session.output.note(`waiting for ${name} to print something`);
        if (isFollowing) await stream.follow(from, { signal: interrupted(), onWaiting });
        else await stream.history(from);
      });
    });
}

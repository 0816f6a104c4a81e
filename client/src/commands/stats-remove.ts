import { removeProcess } from '@albatross/shared/contracts/stats';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { withBus, type Session } from '../session.ts';

export function addStatsRemove(program: Command, session: Session): void {
  program
    .command('stats-remove')
    .description('no longer sample a process that stats-add named')
    .requiredOption('-n, --name <name>', 'its name')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross stats-remove --name foo:web')
    .action(async (flags: { readonly name: string }, command: Command) => {
      const name = readUnikernelName(flags.name);
      await withBus(session, command, async (bus) => {
        await bus.request(removeProcess, { name });
      });
      if (session.output.isJson) session.output.json({ name });
      else session.output.line(`${name} is sampled no more`);
    });
}

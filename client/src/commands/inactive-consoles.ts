import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { consolesWithin } from '../console-list.ts';
import { consoleTable, consoleToJson } from '../console-view.ts';
import { readPath } from '../policy-arguments.ts';
import { withBus, type Session } from '../session.ts';

export function addInactiveConsoles(program: Command, session: Session): void {
  program
    .command('inactive-consoles')
    .description('show of which unikernels that do not run what they printed is kept')
    .option('-p, --path <path>', 'only those at and below this path', readPath, ROOT)
    .option('--json', 'print one array of objects')
    .addHelpText('after', '\nExample: albatross inactive-consoles --path foo')
    .action(async ({ path }: { readonly path: PathName }, command: Command) => {
      const found = await withBus(session, command, async (bus) => {
        const consoles = await consolesWithin(bus, path);
        return consoles.filter(({ isActive }) => !isActive);
      });
      if (session.output.isJson) session.output.json(found.map(consoleToJson));
      else if (found.length === 0) session.output.line('no consoles');
      else for (const row of consoleTable(found)) session.output.line(row);
    });
}

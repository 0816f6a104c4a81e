import { consolesWithin } from '@albatross/shared/bus/console/list';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { consoleTable, consoleToJson } from '../console-view.ts';
import { addExamples } from '../help/examples.ts';
import { readPath } from '../policy-arguments.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly path: PathName;
}

export function addInactiveConsoles(program: Command, session: Session): void {
  const command = program
    .command('inactive-consoles')
    .description('show of which unikernels that do not run what they printed is kept')
    .option('-p, --path <path>', 'only those at and below this path', readPath, ROOT);
  addExamples(command, ['albatross inactive-consoles --path foo']);
  addDestinationOptions(command).action(async (flags: Flags, command: Command) => {
    const { path } = flags;
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { askThere } = await import('../remote/show-answer.ts');
      return await askThere(session, place, {
        name: path,
        command: { kind: 'console-list-inactive' },
      });
    }
    const found = await withBus(session, command, async (bus) => {
      const consoles = await consolesWithin(bus, path);
      return consoles.filter(({ isActive }) => !isActive);
    });
    session.output.list(found.map(consoleToJson), consoleTable(found), 'no consoles');
  });
}

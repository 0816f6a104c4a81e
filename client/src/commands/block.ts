import { ROOT, type Name } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { blockTable } from '../block-view.ts';
import { addExamples } from '../help/examples.ts';
import { readBlocks } from '../read-blocks.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly name: Name;
}

export function addBlock(program: Command, session: Session): void {
  const command = program
    .command('block')
    .description('show block devices')
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT);
  addExamples(command, ['albatross block --name foo:']);
  addDestinationOptions(command).action(async (flags: Flags, command: Command) => {
    const { name } = flags;
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { askThere } = await import('../remote/show-answer.ts');
      return await askThere(session, place, { name, command: { kind: 'block-info' } });
    }
    const found = await withBus(session, command, async (bus) => await readBlocks(bus, name));
    session.output.list(found, blockTable(found), 'no block devices');
  });
}

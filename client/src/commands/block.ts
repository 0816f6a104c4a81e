import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Bus } from '@albatross/shared/bus/bus';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import { ROOT, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import { blockTable } from '../block-view.ts';
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
  addDestinationOptions(command)
    .option('--json', 'print one array of objects')
    .addHelpText('after', '\nExample: albatross block --name foo:')
    .action(async (flags: Flags, command: Command) => {
      const { name } = flags;
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        const { askThere } = await import('../remote/show-answer.ts');
        return await askThere(session, place, { name, command: { kind: 'block-info' } });
      }
      const found = await withBus(session, command, async (bus) => await list(bus, name));
      session.output.list(found, blockTable(found), 'no block devices');
    });
}

async function list(bus: Bus, name: Name): Promise<readonly BlockEntry[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listBlocks, { name, ...from }),
  );
  return pages.flatMap(({ blocks }) => blocks);
}

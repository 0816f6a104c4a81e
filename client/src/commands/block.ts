import type { Bus } from '@albatross/shared/bus/bus';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import { ROOT, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { allPages, type From } from '../all-pages.ts';
import { readName } from '../arguments.ts';
import { blockTable } from '../block-view.ts';
import { withBus, type Session } from '../session.ts';

export function addBlock(program: Command, session: Session): void {
  program
    .command('block')
    .description('show block devices')
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT)
    .option('--json', 'print one array of objects')
    .addHelpText('after', '\nExample: albatross block --name foo:')
    .action(async ({ name }: { readonly name: Name }, command: Command) => {
      const found = await withBus(session, command, async (bus) => await list(bus, name));
      if (session.output.isJson) session.output.json(found);
      else if (found.length === 0) session.output.line('no block devices');
      else for (const row of blockTable(found)) session.output.line(row);
    });
}

async function list(bus: Bus, name: Name): Promise<readonly BlockEntry[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listBlocks, { name, ...from }),
  );
  return pages.flatMap(({ blocks }) => blocks);
}

import type { Bus } from '@albatross/shared/bus/bus';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import { ROOT, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
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
  const found: BlockEntry[] = [];
  let after: UnikernelName | undefined;
  do {
    const page: ReplyOf<typeof listBlocks> = await bus.request(listBlocks, {
      name,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.blocks);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

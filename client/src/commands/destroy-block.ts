import { removeBlock } from '@albatross/shared/contracts/block';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { withBus, type Session } from '../session.ts';

export function addDestroyBlock(program: Command, session: Session): void {
  program
    .command('destroy-block')
    .description('remove a block device and what is on it')
    .argument('<name>', 'its name')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross destroy-block foo:data')
    .action(async (text: string, _flags: object, command: Command) => {
      const name = readUnikernelName(text);
      await withBus(session, command, async (bus) => {
        await bus.request(removeBlock, { id: randomUUID(), name });
      });
      if (session.output.isJson) session.output.json({ name });
      else session.output.line(`removed block device ${name}`);
    });
}

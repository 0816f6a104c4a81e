import { destroyUnikernel } from '@albatross/shared/contracts/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { withBus, type Session } from '../session.ts';

export function addDestroy(program: Command, session: Session): void {
  program
    .command('destroy')
    .description('end a unikernel and forget it; what it printed is kept')
    .argument('<name>', 'its name')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross destroy hello')
    .action(async (text: string, _flags: object, command: Command) => {
      const name = readUnikernelName(text);
      await withBus(session, command, async (bus) => {
        await bus.request(destroyUnikernel, { id: randomUUID(), name });
      });
      if (session.output.isJson) session.output.json({ name });
      else session.output.line(`destroyed ${name}`);
    });
}

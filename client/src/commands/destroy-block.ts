import { removeBlock } from '@albatross/shared/contracts/block';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

export function addDestroyBlock(program: Command, session: Session): void {
  const command = program
    .command('destroy-block')
    .description('remove a block device and what is on it')
    .argument('<name>', 'its name');
  addExamples(command, ['albatross destroy-block foo:data']);
  addDestinationOptions(command).action(
    async (text: string, flags: DestinationFlags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      if (place.kind === 'local')
        await withBus(session, command, async (bus) => {
          await bus.request(removeBlock, { id: randomUUID(), name });
        });
      else {
        const { carryOut } = await import('../remote/give-order.ts');
        const order = { name, command: { kind: 'block-remove' } } as const;
        if (!(await carryOut(session, place, order))) return;
      }
      session.output.done({ name }, `removed block device ${name}`);
    },
  );
}

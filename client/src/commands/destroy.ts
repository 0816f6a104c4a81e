import { destroyUnikernel } from '@albatross/shared/contracts/unikernel';
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

export function addDestroy(program: Command, session: Session): void {
  const command = program
    .command('destroy')
    .description('end a unikernel and forget it; what it printed is kept')
    .argument('<name>', 'its name');
  addExamples(command, ['albatross destroy hello']);
  addDestinationOptions(command).action(
    async (text: string, flags: DestinationFlags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      if (place.kind === 'local')
        await withBus(session, command, async (bus) => {
          await bus.request(destroyUnikernel, { id: randomUUID(), name });
        });
      else {
        const { carryOut } = await import('../remote/give-order.ts');
        const order = { name, command: { kind: 'unikernel-destroy' } } as const;
        if (!(await carryOut(session, place, order))) return;
      }
      session.output.done({ name }, `destroyed ${name}`);
    },
  );
}

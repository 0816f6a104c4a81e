import { removeProcess } from '@albatross/shared/contracts/stats';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly name: string;
}

export function addStatsRemove(program: Command, session: Session): void {
  const command = program
    .command('stats-remove')
    .description('no longer sample a process that stats-add named')
    .requiredOption('-n, --name <name>', 'its name');
  addExamples(command, ['albatross stats-remove --name foo:shell']);
  addDestinationOptions(command).action(async (flags: Flags, command: Command) => {
    const name = readUnikernelName(flags.name);
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { carryOut } = await import('../remote/give-order.ts');
      const order = { name, command: { kind: 'stats-remove' } } as const;
      return void (await carryOut(session, place, order));
    }
    await withBus(session, command, async (bus) => {
      await bus.request(removeProcess, { name });
    });
    session.output.done({ name }, `${name} is sampled no more`);
  });
}

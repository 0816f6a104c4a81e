import { removePolicy } from '@albatross/shared/contracts/policy';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
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

export function addRemovePolicy(program: Command, session: Session): void {
  const command = program
    .command('remove-policy')
    .description('remove the policy of a path; those above it still hold')
    .option('-p, --path <path>', 'the path', readPath, ROOT);
  addExamples(command, ['albatross remove-policy --path foo']);
  addDestinationOptions(command).action(async (flags: Flags, command: Command) => {
    const { path } = flags;
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { carryOut } = await import('../remote/give-order.ts');
      const order = { name: path, command: { kind: 'policy-remove' } } as const;
      return void (await carryOut(session, place, order));
    }
    await withBus(session, command, async (bus) => {
      await bus.request(removePolicy, { id: randomUUID(), name: path });
    });
    session.output.done({ path }, `removed the policy of ${path}`);
  });
}

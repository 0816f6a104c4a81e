import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { addExamples } from '../help/examples.ts';
import { readPath } from '../policy-arguments.ts';
import { policyTable, policyToJson } from '../policy-view.ts';
import { readPolicies } from '../read-policies.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends DestinationFlags {
  readonly path: PathName;
}

export function addPolicyInfo(program: Command, session: Session): void {
  const command = program
    .command('policy')
    .description('show policies, and how much of them is used')
    .option('-p, --path <path>', 'only those at and below this path', readPath, ROOT);
  addExamples(command, ['albatross policy --path foo']);
  addDestinationOptions(command).action(async (flags: Flags, command: Command) => {
    const { path } = flags;
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { askThere } = await import('../remote/show-answer.ts');
      return await askThere(session, place, { name: path, command: { kind: 'policy-info' } });
    }
    const found = await withBus(session, command, async (bus) => await readPolicies(bus, path));
    session.output.list(found.map(policyToJson), policyTable(found), 'no policies');
  });
}

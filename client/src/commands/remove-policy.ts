import { removePolicy } from '@albatross/shared/contracts/policy';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readPath } from '../policy-arguments.ts';
import { withBus, type Session } from '../session.ts';

export function addRemovePolicy(program: Command, session: Session): void {
  program
    .command('remove-policy')
    .description('remove the policy of a path; those above it still hold')
    .option('-p, --path <path>', 'the path', readPath, ROOT)
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross remove-policy --path foo')
    .action(async ({ path }: { readonly path: PathName }, command: Command) => {
      await withBus(session, command, async (bus) => {
        await bus.request(removePolicy, { id: randomUUID(), name: path });
      });
      if (session.output.isJson) session.output.json({ path });
      else session.output.line(`removed the policy of ${path}`);
    });
}

import type { Bus } from '@albatross/shared/bus/bus';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import { ROOT, type PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { allPages, type From } from '../all-pages.ts';
import { readPath } from '../policy-arguments.ts';
import { policyTable, policyToJson } from '../policy-view.ts';
import { withBus, type Session } from '../session.ts';

export function addPolicyInfo(program: Command, session: Session): void {
  program
    .command('policy')
    .description('show policies, and how much of them is used')
    .option('-p, --path <path>', 'only those at and below this path', readPath, ROOT)
    .option('--json', 'print one array of objects')
    .addHelpText('after', '\nExample: albatross policy --path foo')
    .action(async ({ path }: { readonly path: PathName }, command: Command) => {
      const found = await withBus(session, command, async (bus) => await list(bus, path));
      if (session.output.isJson) session.output.json(found.map(policyToJson));
      else if (found.length === 0) session.output.line('no policies');
      else for (const row of policyTable(found)) session.output.line(row);
    });
}

async function list(bus: Bus, name: PathName): Promise<readonly PolicyEntry[]> {
  const pages = await allPages(
    async (from: From<PathName>) => await bus.request(listPolicies, { name, ...from }),
  );
  return pages.flatMap(({ policies }) => policies);
}

import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Bus } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  listUnikernels,
  showUnikernel,
  type UnikernelDetails,
  type UnikernelSummary,
} from '@albatross/shared/contracts/unikernel';
import {
  isPathName,
  ROOT,
  type Name,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readName } from '../arguments.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { toJson, toLines, toTable } from '../unikernel-view.ts';

interface Flags extends DestinationFlags {
  readonly name: Name;
}

export function addInfo(program: Command, session: Session): void {
  const command = program
    .command('info')
    .description('show unikernels')
    .option('-n, --name <name>', 'only this one, or those at and below a path', readName, ROOT);
  addDestinationOptions(command)
    .option('--json', 'print one array of objects')
    .addHelpText('after', '\nExample: albatross info --name foo:')
    .action(async (flags: Flags, command: Command) => {
      const { name } = flags;
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        const { askThere } = await import('../remote/show-answer.ts');
        const info = { kind: 'unikernel-info', form: 'newest' } as const;
        return await askThere(session, place, { name, command: info });
      }
      const found = await withBus(session, command, async (bus) => {
        return isPathName(name) ? await list(bus, name) : await show(bus, name);
      });
      const lines = [...toTable(found), ...found.flatMap(detailsIn)];
      session.output.list(found.map(toJson), lines, 'no unikernels');
    });
}

function detailsIn(found: UnikernelSummary | UnikernelDetails): readonly string[] {
  return 'pastLives' in found ? toLines(found) : [];
}

/** A name that does not exist is no failure, as in the original: there is nothing to show. */
async function show(bus: Bus, name: UnikernelName): Promise<readonly UnikernelDetails[]> {
  try {
    return [await bus.request(showUnikernel, { name })];
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNIKERNEL_NOT_FOUND') return [];
    throw error;
  }
}

async function list(bus: Bus, name: PathName): Promise<readonly UnikernelSummary[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listUnikernels, { name, ...from }),
  );
  return pages.flatMap(({ unikernels }) => unikernels);
}

import { addProcess } from '@albatross/shared/contracts/stats';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { collectTap, readPid, type NamedTap } from '../stats-arguments.ts';

interface Flags extends DestinationFlags {
  readonly name: string;
  readonly vmmdev?: string;
  readonly bridge?: readonly NamedTap[];
}

export function addStatsAdd(program: Command, session: Session): void {
  const command = program
    .command('stats-add')
    .description('sample a process that albatross did not start, until it ends')
    .argument('<pid>', 'its number')
    .requiredOption('-n, --name <name>', 'under which name it is shown')
    .option('--vmmdev <name>', "the original's option for bhyve; without meaning on Linux")
    .option(
      '--bridge <bridge:tap>',
      'a tap of it, and the name of that network; may be given several times',
      collectTap,
    );
  addExamples(command, [
    'albatross stats-add $$ --name foo:shell',
    'albatross stats-add $$ --name foo:shell --bridge service:tap0',
  ]);
  addDestinationOptions(command).action(async (text: string, flags: Flags, command: Command) => {
    const pid = readPid(text);
    const name = readUnikernelName(flags.name);
    const nets = [...(flags.bridge ?? [])];
    const place = destinationOf(flags);
    if (place.kind !== 'local') {
      const { carryOut } = await import('../remote/give-order.ts');
      const taps = nets.map(({ name: bridge, tap }) => ({ bridge, tap }));
      const order = { kind: 'stats-add', vmmDevice: flags.vmmdev ?? '', pid, taps } as const;
      return void (await carryOut(session, place, { name, command: order }));
    }
    if (flags.vmmdev !== undefined)
      session.output.note('--vmmdev has no meaning on Linux and is left out');
    await withBus(session, command, async (bus) => {
      await bus.request(addProcess, { name, pid, nets });
    });
    session.output.done({ name, pid, nets }, `sampling process ${pid} as ${name}`);
  });
}

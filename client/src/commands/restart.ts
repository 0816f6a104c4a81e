import { Failure } from '@albatross/shared/contracts/failures';
import { restartUnikernel } from '@albatross/shared/contracts/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from '../configuration-options.ts';
import { commonNames } from '../common-options.ts';
import { addExamples } from '../help/examples.ts';
import { tellAndStay, tellAndStayThere } from '../readiness/tell-and-stay.ts';
import { addWaitOptions, waitOf, WAIT_NAMES, type WaitFlags } from '../readiness/wait-options.ts';
import {
  addDestinationOptions,
  destinationOf,
  destinationOptions,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';

interface Flags extends ConfigurationFlags, DestinationFlags, WaitFlags {
  readonly replaceArguments?: true;
}

export function addRestart(program: Command, session: Session): void {
  const command = program
    .command('restart')
    .description('end a unikernel and start it again, or start one that does not run')
    .argument('<name>', 'its name')
    .option(
      '--replace-arguments',
      'with the configuration of the options below, as a whole, instead of the one it had',
    );
  addExamples(command, [
    'albatross restart hello',
    'albatross restart hello --wait ready',
    'albatross restart hello --replace-arguments --mem 64 --arg tick=1000',
  ]);
  addDestinationOptions(addWaitOptions(addConfigurationOptions(command))).action(
    async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      if (flags.replaceArguments !== true) refuseConfiguration(command);
      const changes = flags.replaceArguments ? { changes: configurationOf(flags) } : {};
      const place = destinationOf(flags);
      const wait = waitOf(flags, place.kind);
      if (place.kind !== 'local') {
        const { carryOut } = await import('../remote/give-order.ts');
        const { restartCommand } = await import('../remote/unikernel-order.ts');
        const order = { name, command: restartCommand(name, changes.changes ?? null) };
        if (!(await carryOut(session, place, order))) return;
        if (place.kind === 'csr') return;
        const told = { done: 'restarted', wait };
        return await tellAndStayThere(session, place, { name, isNamed: true }, told);
      }
      await withBus(session, command, async (bus) => {
        const [id, askedAt] = [randomUUID(), Date.now()];
        const made = await bus.request(restartUnikernel, { id, name, ...changes });
        const started = { made, requestId: id, askedAt };
        await tellAndStay(session, bus, started, { done: 'restarted', wait });
      });
    },
  );
}

/** The original ignores them, and so somebody's mistake. */
function refuseConfiguration(command: Command): void {
  const given = command.options.find(
    (option) =>
      !ALWAYS.includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given === undefined) return;
  throw new Failure('USAGE_INVALID', `${given.long} has a meaning with --replace-arguments only`);
}

/** What has a meaning however it is restarted. */
const ALWAYS = [
  'replaceArguments',
  ...WAIT_NAMES,
  ...commonNames(),
  ...destinationOptions().map((option) => option.attributeName()),
];

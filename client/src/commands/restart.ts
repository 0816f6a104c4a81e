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
import {
  addDestinationOptions,
  destinationOf,
  destinationOptions,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

interface Flags extends ConfigurationFlags, DestinationFlags {
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
  addDestinationOptions(addConfigurationOptions(command))
    .option('--json', 'print an object')
    .addHelpText(
      'after',
      '\nExamples:\n  albatross restart hello\n  albatross restart hello --replace-arguments --mem 64 --arg tick=1000',
    )
    .action(async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      if (flags.replaceArguments !== true) refuseConfiguration(command);
      const changes = flags.replaceArguments ? { changes: configurationOf(flags) } : {};
      const place = destinationOf(flags);
      if (place.kind !== 'local') {
        const { carryOut } = await import('../remote/give-order.ts');
        const { restartCommand } = await import('../remote/unikernel-order.ts');
        const order = { name, command: restartCommand(name, changes.changes ?? null) };
        if (!(await carryOut(session, place, order))) return;
        return session.output.isJson
          ? session.output.json({ name })
          : session.output.line(`restarted ${name}`);
      }
      const now = await withBus(session, command, async (bus) => {
        return await bus.request(restartUnikernel, { id: randomUUID(), name, ...changes });
      });
      if (session.output.isJson) session.output.json(toJson(now));
      else session.output.line(describeState('restarted', now));
    });
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
  'json',
  'replaceArguments',
  ...destinationOptions().map((option) => option.attributeName()),
];

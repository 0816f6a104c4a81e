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
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

interface Flags extends ConfigurationFlags {
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
  addConfigurationOptions(command)
    .option('--json', 'print an object')
    .addHelpText(
      'after',
      '\nExamples:\n  albatross restart hello\n  albatross restart hello --replace-arguments --mem 64 --arg tick=1000',
    )
    .action(async (text: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      if (flags.replaceArguments !== true) refuseConfiguration(command);
      const changes = flags.replaceArguments ? { changes: configurationOf(flags) } : {};
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
      !['json', 'replaceArguments'].includes(option.attributeName()) &&
      command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (given === undefined) return;
  throw new Failure('USAGE_INVALID', `${given.long} has a meaning with --replace-arguments only`);
}

import { Failure } from '@albatross/shared/contracts/failures';
import { Option, type Command } from 'commander';
import { destinationOptions } from './destination-options.ts';

/**
 * For a command that the protocol between hosts has no form for: the options that name another host are known,
 * and refused in one sentence, with what can be done `instead`.
 */
export function addLocalOnly(command: Command, instead: string): Command {
  for (const flags of FLAGS) command.addOption(new Option(flags).hideHelp());
  return command.hook('preAction', () => {
    const given = command.options.find(
      (option) =>
        FLAGS.includes(option.flags) &&
        command.getOptionValueSource(option.attributeName()) === 'cli',
    );
    if (given === undefined) return;
    const what = `the original's protocol has no ${command.name()}, so ${given.long} cannot be given`;
    throw new Failure('USAGE_INVALID', `${what}; ${instead}`);
  });
}

const FLAGS = destinationOptions().map(({ flags }) => flags);

import type { CommandEntry, CommandTree, OptionEntry } from '../help/command-tree.ts';
import { completedValue, type CompletedValue } from './completed-value.ts';

/** What there is to complete, in any shell. */
export interface CompletedProgram {
  /** Those that may stand with every command. */
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
  /** After which names are those of another host, which nobody asks for them. */
  readonly destinationFlags: readonly string[];
}

export interface CompletedCommand {
  /** The aliases behind it. */
  readonly names: readonly string[];
  readonly description: string;
  /** Those of the program included. */
  readonly options: readonly CompletedOption[];
  readonly arguments: readonly CompletedArgument[];
}

export interface CompletedOption {
  readonly flags: readonly string[];
  readonly description: string;
  /** Null is an option without. */
  readonly value: CompletedValue | null;
}

export interface CompletedArgument {
  readonly placeholder: string;
  readonly isVariadic: boolean;
  readonly value: CompletedValue;
}

export function completedProgram(tree: CommandTree): CompletedProgram {
  const options = tree.options.map((option) => completedOption(option, null));
  const all = tree.commands.flatMap((command) => command.options);
  const destination = all.find(({ flags }) => flags.includes('--destination'));
  const names = tree.commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  return {
    options,
    commands: tree.commands.map((command) => completedCommand(command, options, names)),
    destinationFlags: destination?.flags ?? [],
  };
}

function completedCommand(
  command: CommandEntry,
  common: readonly CompletedOption[],
  allNames: readonly string[],
): CompletedCommand {
  const own = command.options.map((option) => completedOption(option, command));
  const taken = new Set(own.flatMap(({ flags }) => flags));
  const others = common.filter(({ flags }) => !flags.some((flag) => taken.has(flag)));
  return {
    names: [command.name, ...command.aliases],
    description: command.description,
    options: [...own, ...others],
    arguments: command.arguments.map((argument) => {
      const { placeholder, choices, isVariadic } = argument;
      // A command is a topic as well.
      const offered = placeholder === 'topic' ? [...choices, ...allNames] : choices;
      const value = completedValue({ placeholder, choices: offered }, command);
      return { placeholder, isVariadic, value };
    }),
  };
}

function completedOption(
  { flags, description, placeholder, choices }: OptionEntry,
  command: CommandEntry | null,
): CompletedOption {
  const value =
    placeholder === null ? null : completedValue({ placeholder, choices }, command, flags);
  return { flags, description, value };
}

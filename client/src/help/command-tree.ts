import type { Argument, Command, Help, Option } from 'commander';
import { examplesOf, examplesText } from './examples.ts';

/** What commander knows of a program, for whoever tells of it: man pages and completions. */
export interface CommandTree {
  /** Options that may stand with every command. */
  readonly options: readonly OptionEntry[];
  readonly commands: readonly CommandEntry[];
}

export interface CommandEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly description: string;
  /** Behind the name: `[options] <name>`. */
  readonly usage: string;
  readonly arguments: readonly ArgumentEntry[];
  readonly options: readonly OptionEntry[];
  /** What its help has below the options, before the examples. */
  readonly notes: string;
  /** A line of a shell each. */
  readonly examples: readonly string[];
}

export interface ArgumentEntry {
  /** As in `<name>`, without brackets. */
  readonly placeholder: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  readonly choices: readonly string[];
}

export interface OptionEntry {
  /** As in `['-n', '--name']`. */
  readonly flags: readonly string[];
  /** As the help has it: `-n, --name <name>`. */
  readonly term: string;
  /** With its default, as the help has it. */
  readonly description: string;
  /** Of a value that it must have; null is an option without. */
  readonly placeholder: string | null;
  readonly choices: readonly string[];
}

/** Leaves out what is hidden from the help too. */
export function commandTree(root: Command): CommandTree {
  const help = root.createHelp();
  return {
    options: help.visibleOptions(root).map((option) => optionEntry(option, help)),
    commands: help.visibleCommands(root).map((command) => commandEntry(command, help)),
  };
}

function commandEntry(command: Command, help: Help): CommandEntry {
  return {
    name: command.name(),
    aliases: command.aliases(),
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((one) => argumentEntry(one, help)),
    options: help.visibleOptions(command).map((option) => optionEntry(option, help)),
    notes: notesOf(command),
    examples: examplesOf(command),
  };
}

function argumentEntry(argument: Argument, help: Help): ArgumentEntry {
  return {
    placeholder: argument.name(),
    description: help.argumentDescription(argument),
    isRequired: argument.required,
    isVariadic: argument.variadic,
    choices: argument.argChoices ?? [],
  };
}

function optionEntry(option: Option, help: Help): OptionEntry {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    term: help.optionTerm(option),
    description: help.optionDescription(option),
    placeholder: option.required ? (/<(.*)>$/.exec(option.flags)?.[1] ?? '') : null,
    choices: option.argChoices ?? [],
  };
}

/** Commander tells them only to whoever prints the whole help. */
function notesOf(command: Command): string {
  const notes = helpText(command).slice(command.helpInformation().length).trim();
  return notes.replace(examplesText(examplesOf(command)), () => '').trim();
}

/** What `--help` prints. */
export function helpText(command: Command): string {
  const before = command.configureOutput();
  const parts: string[] = [];
  command.configureOutput({ writeOut: (text) => parts.push(text) });
  command.outputHelp();
  command.configureOutput(before);
  return parts.join('');
}

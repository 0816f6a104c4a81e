import { Option, type Command } from 'commander';
import type { ColorWhen } from './colour.ts';

/** Less and less quiet. The levels are those of the original. */
export const VERBOSITIES = ['quiet', 'error', 'warning', 'info', 'debug'] as const;
export type Verbosity = (typeof VERBOSITIES)[number];

/** What the options below come to, which every command has. */
export interface CommonSettings {
  readonly isJson: boolean;
  readonly verbosity: Verbosity;
  readonly color: ColorWhen;
}

export const COMMON_DEFAULTS: CommonSettings = {
  isJson: false,
  verbosity: 'warning',
  color: 'auto',
};

/** Gives a command what every command has; one that it has already, as it says it itself. */
export function addCommonOptions(command: Command): Command {
  for (const option of commonOptions())
    if (!command.options.some(({ long }) => long === option.long)) command.addOption(option);
  return command;
}

/** As commander calls their values. */
export function commonNames(): readonly string[] {
  return commonOptions().map((option) => option.attributeName());
}

const COLORS: readonly ColorWhen[] = ['always', 'never', 'auto'];

/** New ones each time: commander keeps them with the command. What they mean is found by `commonSettings`. */
function commonOptions(): readonly Option[] {
  const options = [
    new Option('--json', 'print JSON, one value; where it goes on, one a line'),
    new Option('-q, --quiet', 'print what was asked for, of a list the names, and failures only'),
    new Option('-v, --verbose', 'say more, given twice still more'),
    new Option('--verbosity <level>', 'say so much (default: warning)').choices(VERBOSITIES),
    new Option('--color <when>', 'print in colours (default: auto, on a terminal)').choices(COLORS),
    new Option(
      '--dir <dir>',
      'where "npm start -- --dir DIR" runs the system (default: $ALBATROSS_DIR, else the installed one)',
    ),
  ];
  for (const option of options) option.helpGroup('Common options:');
  return options;
}

/**
 * The settings that a command line asks for, whether or not it is right: a complaint about it should look as it
 * was asked for too. Values of other options are not taken for ours.
 */
export function commonSettings(words: readonly string[], root: Command): CommonSettings {
  let isQuiet = false;
  let verbose = 0;
  let { isJson, verbosity: level, color }: Loose = { ...COMMON_DEFAULTS, verbosity: null };
  for (const { option, value } of optionsIn(words, root)) {
    if (option === '--json') isJson = true;
    else if (option === '--quiet') isQuiet = true;
    else if (option === '--verbose') verbose += 1;
    else if (option === '--verbosity') level = VERBOSITIES.find((one) => one === value) ?? level;
    else if (option === '--color') color = COLORS.find((one) => one === value) ?? color;
  }
  // As the original has it: the quiet one wins over the level, and the level over how often it is verbose.
  const verbosity = isQuiet
    ? 'quiet'
    : (level ?? (['warning', 'info'] as const)[verbose] ?? 'debug');
  return { isJson, verbosity, color };
}

interface Loose extends Omit<CommonSettings, 'verbosity'> {
  verbosity: Verbosity | null;
}

interface GivenOption {
  /** Its long form. */
  readonly option: string | undefined;
  readonly value: string | null;
}

/** Goes through words as commander does, and passes over whatever it would complain about. */
function* optionsIn(words: readonly string[], root: Command): Generator<GivenOption, void> {
  let command = root;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined && word !== '--'; word = rest.shift()) {
    if (!word.startsWith('-') || word === '-') {
      if (command === root) command = subcommand(root, word) ?? root;
      continue;
    }
    const [, name = word, joinedValue] = /^(--[^=]+)=([^]*)$/.exec(word) ?? [];
    const option =
      optionOf(command, word) ?? (joinedValue === undefined ? null : optionOf(command, name));
    if (option !== null && option !== undefined) {
      const value = joinedValue ?? (option.required ? (rest.shift() ?? null) : null);
      yield { option: option.long, value };
    } else if (/^-[^-]./.test(word)) {
      const first = optionOf(command, word.slice(0, 2));
      if (first === null) continue;
      yield { option: first.long, value: first.required ? word.slice(2) : null };
      if (!first.required) rest.unshift(`-${word.slice(2)}`);
    }
  }
}

function subcommand(root: Command, word: string): Command | undefined {
  return root.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
}

function optionOf(command: Command, flag: string): Option | null {
  return command.options.find(({ short, long }) => short === flag || long === flag) ?? null;
}

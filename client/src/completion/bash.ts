import type { CommandTree } from '../help/command-tree.ts';
import {
  completedProgram,
  type CompletedCommand,
  type CompletedOption,
  type CompletedProgram,
} from './completed-program.ts';
import type { CompletedValue } from './completed-value.ts';
import { bashEngine } from './bash-engine.ts';
import { quoted } from './quote.ts';

/** A script for bash 4 and later, without the package bash-completion. */
export function bashCompletion(tree: CommandTree): string {
  const program = completedProgram(tree);
  return [HEAD, tables(program), bashEngine(program.destinationFlags)].join('\n');
}

const HEAD = `# bash completion for albatross, printed by "albatross completion bash"
`;

/** What there is, each a function that sets \`found\` for a command; "" is none yet. */
function tables({ commands, options }: CompletedProgram): string {
  const names = commands.flatMap((command) => command.names);
  return `# The options of command $1.
_albatross_options() {
  case $1 in
${commands.map((command) => `    ${command.names.join('|')}) found=${quoted(flagsOf(command.options))} ;;`).join('\n')}
    *) found=${quoted(flagsOf(options))} ;;
  esac
}

# How the value of option $2 of command $1 is completed, or its argument number $2; fails if it has none.
_albatross_value() {
  case "$1 $2" in
${commands.flatMap(valueCases).join('\n')}
${optionCases([''], options).join('\n')}
    *) return 1 ;;
  esac
}

_albatross_commands=${quoted(names.join(' '))}
`;
}

function flagsOf(options: readonly CompletedOption[]): string {
  return options.flatMap(({ flags }) => flags).join(' ');
}

function valueCases(command: CompletedCommand): readonly string[] {
  const words = command.arguments.map(({ isVariadic, value }, index) => {
    const number = isVariadic ? '[0-9]*' : String(index + 1);
    return valueCase(
      command.names.map((name) => `"${name} "${number}`),
      value,
    );
  });
  return [...optionCases(command.names, command.options), ...words];
}

function optionCases(
  names: readonly string[],
  options: readonly CompletedOption[],
): readonly string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === null) return [];
    const patterns = names.flatMap((name) => flags.map((flag) => `"${name} ${flag}"`));
    return [valueCase(patterns, value)];
  });
}

function valueCase(patterns: readonly string[], value: CompletedValue): string {
  return `    ${patterns.join('|')}) found=${quoted(valueWords(value))} ;;`;
}

function valueWords(value: CompletedValue): string {
  switch (value.kind) {
    case 'choices':
      return ['choices', ...value.choices].join(' ');
    case 'live':
      return `live ${value.what}`;
    default:
      return value.kind;
  }
}

import type { CommandTree } from '../help/command-tree.ts';
import {
  completedProgram,
  type CompletedCommand,
  type CompletedOption,
} from './completed-program.ts';
import type { CompletedValue } from './completed-value.ts';
import { quoted } from './quote.ts';

/** A script for zsh's own completion system, to be found in a folder of `fpath` or sourced after `compinit`. */
export function zshCompletion(tree: CommandTree): string {
  const { options, commands, destinationFlags } = completedProgram(tree);
  const described = commands.flatMap(({ names, description }) =>
    names.map((name) => `        ${quoted(`${escaped(name)}:${description}`)}`),
  );
  return String.raw`#compdef albatross albatross-client
# zsh completion for albatross, printed by "albatross completion zsh"

# Offers names of the running system, of the kind $1; of another host nobody knows them.
_albatross_live() {
  local -a found place
  local flag
  for flag in ${destinationFlags.join(' ')}; do
    (( $+opt_args[$flag] )) && return 1
  done
  [[ -n ${'${opt_args[--dir]:-$folder}'} ]] && place=(--dir ${'${(Q)${opt_args[--dir]:-$folder}}'})
  found=(${'${(f)"$("$program" $place complete $1 -- "$PREFIX" 2>/dev/null </dev/null)"}'})
  compadd -- $found
}

_albatross() {
  local program=$words[1] folder= state line context ret=1
  local -A opt_args
  local -a commands
  _arguments -C \
${options.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1:command:->command' \
    '*::argument:->argument' && ret=0
  case $state in
    command)
      commands=(
${described.join('\n')}
      )
      _describe -t commands command commands && ret=0
      ;;
    argument)
      folder=$opt_args[--dir]
      case ${'${words[1]//_/-}'} in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _albatross ]]; then
  _albatross "$@"
else
  compdef _albatross albatross albatross-client
fi
`;
}

function commandCase({ names, options, arguments: words }: CompletedCommand): string {
  const specs = [
    ...options.map(optionSpec),
    ...words.map(({ placeholder, isVariadic, value }, index) =>
      quoted(`${isVariadic ? '*' : index + 1}:${escaped(placeholder)}:${action(value)}`),
    ),
  ];
  const lines = specs.map((spec) => `            ${spec}`).join(' \\\n');
  return `        ${names.join('|')})\n          _arguments \\\n${lines} && ret=0\n          ;;`;
}

/** `*` because some may be given again, and the command itself says when one may not. */
function optionSpec({ flags, description, value }: CompletedOption): string {
  const explained = quoted(
    `[${escaped(description)}]${value === null ? '' : `:value:${action(value)}`}`,
  );
  if (flags.length === 1) return `'*'${flags[0]}${assigning(flags[0], value)}${explained}`;
  const each = flags.map((flag) => `${flag}${assigning(flag, value)}`);
  return `'*'{${each.join(',')}}${explained}`;
}

/** A long one takes its value behind `=` too, a short one without anything between. */
function assigning(flag: string | undefined, value: CompletedValue | null): string {
  if (value === null) return '';
  return flag?.startsWith('--') === true ? '=' : '+';
}

function action(value: CompletedValue): string {
  switch (value.kind) {
    case 'choices':
      return `(${value.choices.map(escaped).join(' ')})`;
    case 'live':
      return `{_albatross_live ${value.what}}`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'nothing':
      return ' ';
  }
}

/** What means something in the specifications of `_arguments`. */
function escaped(text: string): string {
  return text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);
}

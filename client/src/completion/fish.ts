import type { CommandTree } from '../help/command-tree.ts';
import {
  completedProgram,
  type CompletedArgument,
  type CompletedCommand,
  type CompletedOption,
  type CompletedProgram,
} from './completed-program.ts';
import type { CompletedValue } from './completed-value.ts';
import { quotedForFish } from './quote.ts';

/** A script for fish 3 and later. */
export function fishCompletion(tree: CommandTree): string {
  const program = completedProgram(tree);
  return [
    '# fish completion for albatross, printed by "albatross completion fish"\n',
    functions(program),
    'complete -c albatross -f',
    ...program.options.map((option) => optionLine(option, null)),
    ...program.commands.flatMap(commandLines),
    'complete -c albatross-client --wraps albatross\n',
  ].join('\n');
}

function functions({ options, commands, destinationFlags }: CompletedProgram): string {
  const valued = new Set(
    [...options, ...commands.flatMap((command) => command.options)]
      .filter(({ value }) => value !== null)
      .flatMap(({ flags }) => flags),
  );
  return String.raw`# The words before the cursor that are no options and no values of options.
function __albatross_words
    set -l valued ${[...valued].join(' ')}
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
        else if contains -- $word $valued
            set is_value 1
        else if not string match -q -- '-?*' $word
            string replace -a -- _ - $word
        end
    end
end

# Whether no command was given yet.
function __albatross_begins
    test (count (__albatross_words)) = 0
end

# Whether the command is one of these.
function __albatross_is
    set -l words (__albatross_words)
    test (count $words) -gt 0; and contains -- $words[1] $argv
end

# Whether argument number $argv[1] of the command is at the cursor.
function __albatross_at
    test (count (__albatross_words)) = $argv[1]
end

# Names of the running system, of the kind $argv[1]; of another host nobody knows them.
function __albatross_live
    set -l words (commandline -opc)
    set -l place
    for index in (seq 2 (count $words))
        switch $words[$index]
            case ${destinationFlags.map(destinationPattern).join(' ')}
                return
            case --dir
                set place --dir $words[(math $index + 1)]
            case '--dir=*'
                set place $words[$index]
        end
    end
    $words[1] $place complete $argv[1] -- (commandline -ct) 2>/dev/null </dev/null
end
`;
}

function destinationPattern(flag: string): string {
  return flag.startsWith('--') ? `${flag} '${flag}=*'` : `'${flag}*'`;
}

function commandLines(command: CompletedCommand): readonly string[] {
  const { names, description } = command;
  return [
    ...names.map(
      (name) =>
        `complete -c albatross -n __albatross_begins -a ${name} -d ${quotedForFish(description)}`,
    ),
    // Those of the program stand for all commands.
    ...command.options.map((option) => optionLine(option, names)),
    ...command.arguments.map((argument, index) => argumentLine(argument, index + 1, names)),
  ];
}

/** For no command, those of the program; -f at its head has files offered only where they belong. */
function optionLine(
  { flags, description, value }: CompletedOption,
  names: readonly string[] | null,
): string {
  const when =
    names === null ? '__albatross_begins' : quotedForFish(`__albatross_is ${names.join(' ')}`);
  const spelled = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const taking = value === null ? [] : [offer(value, 'option')];
  const parts = [...spelled, ...taking, '-d', quotedForFish(description)];
  return `complete -c albatross -n ${when} ${parts.join(' ')}`;
}

function argumentLine(
  { isVariadic, value }: CompletedArgument,
  number: number,
  names: readonly string[],
): string {
  const place = isVariadic ? '' : `; and __albatross_at ${number}`;
  const when = quotedForFish(`__albatross_is ${names.join(' ')}${place}`);
  return `complete -c albatross -n ${when} ${offer(value, 'argument')}`;
}

function offer(value: CompletedValue, of: 'option' | 'argument'): string {
  const alone = of === 'option' ? '-x' : '-f';
  switch (value.kind) {
    case 'choices':
      return `${alone} -a ${quotedForFish(value.choices.join(' '))}`;
    case 'live':
      return `${alone} -a ${quotedForFish(`(__albatross_live ${value.what})`)}`;
    case 'files':
      return of === 'option' ? '-r -F' : '-F';
    case 'folders':
      return `${alone} -a '(__fish_complete_directories (commandline -ct))'`;
    case 'nothing':
      return alone;
  }
}

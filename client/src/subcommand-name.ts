import type { Command } from 'commander';

/** The words of a command line, with the subcommand as it is called here where it is written `add_policy`. */
export function withDashes(words: readonly string[], program: Command): readonly string[] {
  const at = words.findIndex(
    (word, index) => !word.startsWith('-') && words[index - 1] !== '--dir',
  );
  const dashed = words[at]?.replaceAll('_', '-');
  const isKnown = program.commands.some((command) =>
    [command.name(), ...command.aliases()].some((name) => name === dashed),
  );
  return dashed !== undefined && isKnown ? words.with(at, dashed) : words;
}

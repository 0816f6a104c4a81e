import type { Command, Option } from 'commander';

/** The words of a command line, with the subcommand as it is called here where it is written `add_policy`. */
export function withDashes(words: readonly string[], program: Command): readonly string[] {
  const at = subcommandAt(words, program);
  const dashed = words[at]?.replaceAll('_', '-');
  const isKnown = program.commands.some((command) =>
    [command.name(), ...command.aliases()].some((name) => name === dashed),
  );
  return dashed !== undefined && isKnown ? words.with(at, dashed) : words;
}

/** The subcommand as it is called here; null when there is none, or something before it that no option explains. */
export function subcommandIn(words: readonly string[], program: Command): string | null {
  const at = subcommandAt(words, program);
  const before = words.slice(0, Math.max(0, at));
  const isClear = before.every((word, index) => {
    const [flag = word] = word.split('=');
    return optionOf(flag, program) !== undefined || isValue(before[index - 1], program);
  });
  return isClear ? (words[at]?.replaceAll('_', '-') ?? null) : null;
}

function subcommandAt(words: readonly string[], program: Command): number {
  return words.findIndex(
    (word, index) => !word.startsWith('-') && !isValue(words[index - 1], program),
  );
}

/** Whether the option before it takes it, as the `debug` of `--verbosity debug info`. */
function isValue(before: string | undefined, program: Command): boolean {
  return before !== undefined && optionOf(before, program)?.required === true;
}

function optionOf(flag: string, { options }: Command): Option | undefined {
  return options.find(({ short, long }) => short === flag || long === flag);
}

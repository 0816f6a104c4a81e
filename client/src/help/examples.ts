import type { Command } from 'commander';

/**
 * Tells in the help how a command is used, a line of a shell each. `test/src/examples` carries out every one of
 * them, as it does those of the help topics and of the READMEs. They stand behind all else, whenever they are added.
 */
export function addExamples(command: Command, examples: readonly [string, ...string[]]): Command {
  EXAMPLES.set(command, examples);
  return command.addHelpText('afterAll', `\n${examplesText(examples)}`);
}

export function examplesOf(command: Command): readonly string[] {
  return EXAMPLES.get(command) ?? [];
}

/** What the help has of them: the last of it. */
export function examplesText(examples: readonly string[]): string {
  const [first, ...others] = examples;
  if (first === undefined) return '';
  return others.length === 0 ? `Example: ${first}` : ['Examples:', ...examples].join('\n  ');
}

const EXAMPLES = new WeakMap<Command, readonly string[]>();

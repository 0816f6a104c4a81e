import type { Command } from 'commander';
import { allCommands } from '../command-table.ts';
import { program } from '../main.ts';
import { Output } from '../output.ts';
import { withDashes } from '../subcommand-name.ts';

const output = new Output({ isJson: false });
const COMMANDS = await allCommands();

/** All commands, to look at. */
export function commandLine(): Command {
  return program({ invokedAs: 'albatross', output, env: {} }, COMMANDS);
}

/** Throws what the command line throws for these words; does nothing else. */
export async function readCommandLine(words: readonly string[]): Promise<void> {
  const root = commandLine();
  for (const command of root.commands) command.action(() => undefined);
  await root.parseAsync(withDashes(words, root), { from: 'user' });
}

/** The words behind `albatross` of every example in such a text, without what a shell does with them. */
export function examplesIn(text: string): readonly (readonly string[])[] {
  const found = text.matchAll(/^(?:.*[:(] ?|\s*)albatross ([a-z-]+(?: [^\n]*)?)$/gm);
  return [...found].map(([, line = '']) => {
    const [command = ''] = line.split(/ [>|#] |\)/);
    return command.split(/\s+/).filter((word) => word !== '');
  });
}

import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { commandTree, type CommandTree } from '../help/command-tree.ts';
import { addExamples } from '../help/examples.ts';
import type { Session } from '../session.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (tree: CommandTree) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function addCompletion(program: Command, session: Session): void {
  addExamples(program.command('completion'), [
    'source <(albatross completion bash)',
    'albatross completion bash > ~/.local/share/bash-completion/completions/albatross',
    'albatross completion zsh > ~/.zfunc/_albatross',
    'albatross completion fish > ~/.config/fish/completions/albatross.fish',
  ])
    .description('print a script that has a shell complete commands, options and names')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: Shell) => {
      const script = SCRIPTS[shell](commandTree(program));
      session.output.show({ shell, script }, script.trimEnd().split('\n'));
    });
}

const HELP = `
For one shell alone it is read there; for all to come it is put where the shell looks for it, into folders that
may have to be made.`;

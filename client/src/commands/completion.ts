import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { commandTree, type CommandTree } from '../help/command-tree.ts';
import type { Session } from '../session.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (tree: CommandTree) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function addCompletion(program: Command, session: Session): void {
  program
    .command('completion')
    .description('print a script that has a shell complete commands, options and names')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .option('--json', 'print an object')
    .addHelpText('after', HELP)
    .action((shell: Shell) => {
      const script = SCRIPTS[shell](commandTree(program));
      if (session.output.isJson) session.output.json({ shell, script });
      else for (const line of script.trimEnd().split('\n')) session.output.line(line);
    });
}

const HELP = `
Put it where the shell looks for it:
  albatross completion bash > ~/.local/share/bash-completion/completions/albatross
  albatross completion zsh > ~/.zfunc/_albatross
  albatross completion fish > ~/.config/fish/completions/albatross.fish

Example, for this shell alone: source <(albatross completion bash)`;

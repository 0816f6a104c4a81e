import { Failure } from '@albatross/shared/contracts/failures';
import { VERSION } from '@albatross/shared/runtime/version';
import { Command, CommanderError } from 'commander';
import { addConsole } from './commands/console.ts';
import { addCreate } from './commands/create.ts';
import { addDestroy } from './commands/destroy.ts';
import { addInfo } from './commands/info.ts';
import { EXIT_USAGE, exitStatusOf } from './exit-status.ts';
import { Output } from './output.ts';
import type { InvokedAs, Session } from './session.ts';

/** Reads the command line, carries it out, and sets the exit status. Never throws. */
export async function main(invokedAs: InvokedAs): Promise<void> {
  const args = process.argv.slice(2);
  const output = new Output({ isJson: args.includes('--json') });
  const session: Session = { invokedAs, output, env: process.env };
  try {
    await program(session).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, output);
  }
}

function program(session: Session): Command {
  const root = new Command(session.invokedAs)
    .description('Runs unikernels on this host.')
    .version(VERSION)
    .option(
      '--dir <dir>',
      'where "npm start -- --dir DIR" runs the system (default: $ALBATROSS_DIR, else the installed one)',
    )
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  for (const add of [addCreate, addInfo, addConsole, addDestroy]) add(root, session);
  return root;
}

/** Everything that can go wrong is one line and an exit status. */
function report(error: unknown, output: Output): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    output.failure(new Failure('USAGE_INVALID', usageText(error)));
    return EXIT_USAGE;
  }
  if (error instanceof Failure) {
    output.failure(error);
    return exitStatusOf(error.code);
  }
  output.failure(new Failure('INTERNAL', error instanceof Error ? error.message : String(error)));
  return exitStatusOf('INTERNAL');
}

function usageText({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'no command was given; see --help';
  const text = message
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `${text}; see --help`;
}

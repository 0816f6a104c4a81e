import { Failure } from '@albatross/shared/contracts/failures';
import { interpretSchemas } from '@albatross/shared/contracts/interpreted';
import { VERSION } from '@albatross/shared/runtime/version';
import { Command, CommanderError } from 'commander';
import { commandsFor, type AddCommand } from './command-table.ts';
import { addCommonOptions, commonSettings } from './common-options.ts';
import { EXIT_REFUSED, EXIT_USAGE, exitStatusOf } from './exit-status.ts';
import { Output } from './output.ts';
import { ServerRefusal } from './remote/server-refusal.ts';
import type { InvokedAs, Session } from './session.ts';
import { withDashes } from './subcommand-name.ts';

/** Reads the command line, carries it out, and sets the exit status. Never throws. */
export async function main(invokedAs: InvokedAs): Promise<void> {
  interpretSchemas();
  const args = process.argv.slice(2);
  const output = new Output({ env: process.env });
  const session: Session = { invokedAs, output, env: process.env };
  try {
    const root = program(session, await commandsFor(args, program(session, [])));
    const words = withDashes(args, root);
    output.settle(commonSettings(words, root));
    await root.parseAsync(words, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, output);
  }
}

/** The command line, with these of its commands. */
export function program(session: Session, commands: readonly AddCommand[]): Command {
  const root = new Command(session.invokedAs)
    .description('Runs unikernels on this host, and on others.')
    .version(VERSION)
    // What stands behind a command belongs to it: the value of an option of its own may look like one of these.
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  for (const add of commands) add(root, session);
  for (const command of [root, ...root.commands]) addCommonOptions(command);
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
    return error instanceof ServerRefusal ? EXIT_REFUSED : exitStatusOf(error.code);
  }
  if (error instanceof Error) output.debug(error.stack ?? '');
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

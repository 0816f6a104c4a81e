import { Failure } from '@albatross/shared/contracts/failures';
import { VERSION } from '@albatross/shared/runtime/version';
import { Command, CommanderError } from 'commander';
import { addAddPolicy } from './commands/add-policy.ts';
import { addBlock } from './commands/block.ts';
import { addCertificate } from './commands/certificate.ts';
import { addComplete } from './commands/complete.ts';
import { addCompletion } from './commands/completion.ts';
import { addConsole } from './commands/console.ts';
import { addCreateBlock } from './commands/create-block.ts';
import { addCreate } from './commands/create.ts';
import { addDestroyBlock } from './commands/destroy-block.ts';
import { addDestroy } from './commands/destroy.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDumpBlock } from './commands/dump-block.ts';
import { addExplain } from './commands/explain.ts';
import { addExtractDump } from './commands/extract-dump.ts';
import { addGenerate } from './commands/generate.ts';
import { addGet } from './commands/get.ts';
import { addHelp } from './commands/help.ts';
import { addImportState } from './commands/import-state.ts';
import { addInactiveConsoles } from './commands/inactive-consoles.ts';
import { addInfo } from './commands/info.ts';
import { addInspectDump } from './commands/inspect-dump.ts';
import { addLog } from './commands/log.ts';
import { addPolicyInfo } from './commands/policy.ts';
import { addRemovePolicy } from './commands/remove-policy.ts';
import { addRestart } from './commands/restart.ts';
import { addRevoke } from './commands/revoke.ts';
import { addSetBlock } from './commands/set-block.ts';
import { addSign } from './commands/sign.ts';
import { addStart } from './commands/start.ts';
import { addStatsAdd } from './commands/stats-add.ts';
import { addStatsRemove } from './commands/stats-remove.ts';
import { addStats } from './commands/stats.ts';
import { addStop } from './commands/stop.ts';
import { addTop } from './commands/top.ts';
import { addUpdate } from './commands/update.ts';
import { EXIT_REFUSED, EXIT_USAGE, exitStatusOf } from './exit-status.ts';
import { Output } from './output.ts';
import { ServerRefusal } from './remote/server-refusal.ts';
import type { InvokedAs, Session } from './session.ts';
import { withDashes } from './subcommand-name.ts';

const COMMANDS = [
  addCreate,
  addInfo,
  addConsole,
  addInactiveConsoles,
  addLog,
  addRestart,
  addStop,
  addStart,
  addDestroy,
  addUpdate,
  addGet,
  addBlock,
  addCreateBlock,
  addSetBlock,
  addDumpBlock,
  addDestroyBlock,
  addPolicyInfo,
  addAddPolicy,
  addRemovePolicy,
  addStats,
  addTop,
  addStatsAdd,
  addStatsRemove,
  addImportState,
  addInspectDump,
  addExtractDump,
  addGenerate,
  addSign,
  addRevoke,
  addExplain,
  addCertificate,
  addDoctor,
  addHelp,
  addCompletion,
  addComplete,
];

/** Reads the command line, carries it out, and sets the exit status. Never throws. */
export async function main(invokedAs: InvokedAs): Promise<void> {
  const args = process.argv.slice(2);
  const output = new Output({ isJson: args.includes('--json') });
  const session: Session = { invokedAs, output, env: process.env };
  try {
    const root = program(session);
    await root.parseAsync(withDashes(args, root), { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, output);
  }
}

/** The command line, with all its commands. */
export function program(session: Session): Command {
  const root = new Command(session.invokedAs)
    .description('Runs unikernels on this host, and on others.')
    .version(VERSION)
    .option(
      '--dir <dir>',
      'where "npm start -- --dir DIR" runs the system (default: $ALBATROSS_DIR, else the installed one)',
    )
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  for (const add of COMMANDS) add(root, session);
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

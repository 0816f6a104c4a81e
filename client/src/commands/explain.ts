import { Option, type Command } from 'commander';
import { collect, timeFor } from '../arguments.ts';
import { EXIT_REFUSED } from '../exit-status.ts';
import { addExamples } from '../help/examples.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly ca?: string;
  readonly serverCa?: string;
  readonly crl?: readonly string[];
  readonly at?: number;
}

export function addExplain(program: Command, { output }: Session): void {
  addExamples(program.command('explain'), [
    'albatross explain hello.pem --ca cacert.pem --crl ca.crl',
  ])
    .description('tell what a certificate is for, and whether a server would accept it')
    .argument('<cert>', 'a certificate and those above it, or a signing request')
    .option('--ca <file>', 'the authority that the server trusts (default: cacert.pem, if there)')
    .addOption(new Option('--server-ca <file>', 'the same').conflicts('ca'))
    .option('--crl <file>', 'a revocation list; may be given several times', collect)
    .option('--at <time>', 'as of then, as in 2026-01-31T12:00:00Z (default: now)', timeFor('--at'))
    .addHelpText(
      'after',
      '\nIt exits with 0 where nothing would be refused. Of arguments it only tells how many there are.',
    )
    .action(async (file: string, flags: Flags) => {
      const { explain } = await import('../explain/explain.ts');
      const { explanationLines } = await import('../explain/view.ts');
      const explanation = await explain(file, {
        authorityFile: flags.ca ?? flags.serverCa ?? null,
        listFiles: flags.crl ?? null,
        now: flags.at ?? Date.now(),
      });
      output.show(explanation, explanationLines(explanation));
      if (!explanation.accepted) process.exitCode ??= EXIT_REFUSED;
    });
}

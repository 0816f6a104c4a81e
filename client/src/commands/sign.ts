import type { Command } from 'commander';
import { readNumber } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly days?: number;
}

export function addSign(program: Command, { output }: Session): void {
  addExamples(program.command('sign'), ['albatross sign cacert.pem ca.db ca.key hello.req'])
    .description('make the certificate that a signing request asks for, as CN.pem in this folder')
    .argument('<cacert>', "the authority's certificate, and behind it those above, if any")
    .argument('<db>', 'file that lists what it issued; made if there is none')
    .argument('<cakey>', "the authority's key")
    .argument('<csr>', 'the signing request')
    .option(
      '--days <days>',
      'how long it is valid (default: 365; 1 for a command)',
      readNumber('--days'),
    )
    .action(
      async (
        certificateFile: string,
        databaseFile: string,
        keyFile: string,
        requestFile: string,
        flags: Flags,
      ) => {
        const files = { certificateFile, databaseFile, keyFile, requestFile };
        const { allowance, signRequest } = await import('../sign-request.ts');
        const signed = await signRequest(files, flags.days ?? null);
        const { file, serial, notAfter, authorityNotAfter } = signed;
        const isShorter = authorityNotAfter < notAfter;
        const except = isShorter ? `, but its authority only until ${authorityNotAfter}` : '';
        const wrote = `wrote ${file}: ${allowance(signed)}, until ${notAfter}${except}`;
        output.done(signed, [wrote, `its serial number is ${serial}`]);
      },
    );
}

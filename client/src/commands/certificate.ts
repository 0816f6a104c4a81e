import { Failure } from '@albatross/shared/contracts/failures';
import type { Command } from 'commander';
import { addExamples } from '../help/examples.ts';
import {
  addServerOptions,
  SERVER_CA_DEFAULT,
  type HostPort,
} from '../remote/destination-options.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly destination?: HostPort;
  readonly serverCa?: string;
  readonly content?: string;
  readonly output?: string;
  readonly force?: true;
}

export function addCertificate(program: Command, session: Session): void {
  const command = program
    .command('certificate')
    .description('have a server do what a certificate is for that somebody signed')
    .argument('<cert>', 'file of the certificate, and of those above it')
    .argument('<key>', 'file of its key');
  addExamples(command, [
    'albatross certificate hello.pem hello.key --destination host.example.org',
  ]);
  addServerOptions(command)
    .option('--content <file>', 'what is to be on a block device; or an image, if it has none')
    .option(
      '--output <file>',
      'where an image or the content of a block device is saved; "-" is standard output (default: ./LABEL.image, ./LABEL.img)',
    )
    .option('--force', 'replace that file if there is one')
    .action(async (certificateFile: string, keyFile: string, flags: Flags) => {
      const { destination, serverCa: serverCaFile = SERVER_CA_DEFAULT, ...extras } = flags;
      if (destination === undefined)
        throw new Failure('USAGE_INVALID', 'certificate needs --destination HOST');
      const { useCertificate } = await import('../remote/use-certificate.ts');
      const files = { certificateFile, keyFile, serverCaFile };
      await useCertificate(session, destination, files, extras);
    });
}

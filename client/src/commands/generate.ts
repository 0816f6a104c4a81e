import type { AuthorityFiles } from '@albatross/pki';
import type { Command } from 'commander';
import { readNumber } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { timeText, withPki, type Pki } from '../issuing.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly days?: number;
  readonly server?: string;
  readonly serverDays?: number;
  readonly keyType?: string;
}

/** Defaults stand here in words: the library that has them is not loaded to show them. */
export function addGenerate(program: Command, { output }: Session): void {
  addExamples(program.command('generate'), [
    'albatross generate ca ca.db --server host.example.org',
  ])
    .description('make a certificate authority here, and the certificate of a TLS server')
    .argument('<name>', 'what the authority is called, as in ca')
    .argument('<db>', 'file that lists what is issued; made if there is none')
    .option(
      '--days <days>',
      'how long the authority is valid (default: 3650)',
      readNumber('--days'),
    )
    .option('--server <name>', 'what the server is called (default: server)')
    .option(
      '--server-days <days>',
      'how long its certificate is valid (default: 365)',
      readNumber('--server-days'),
    )
    .option(
      '--key-type <type>',
      'of new keys: rsa2048, rsa4096, ed25519, p256, p384 or p521 (default: ed25519)',
    )
    .addHelpText(
      'after',
      '\nWrites NAME.key, cacert.pem, SERVER.key and SERVER.pem; keys that are there are kept.',
    )
    .action(async (name: string, databaseFile: string, flags: Flags) => {
      const made = await withPki(async (pki) => await generate(pki, name, databaseFile, flags));
      const { authority, server } = made;
      const written = `wrote ${authority.certificate}: authority ${name}`;
      const below = `wrote ${server.certificate}: server ${server.name}`;
      output.done(made, [
        `${written}, until ${authority.notAfter}, its key in ${authority.key}`,
        `${below}, until ${server.notAfter}, its key in ${server.key}`,
      ]);
    });
}

interface Made {
  readonly name: string;
  readonly certificate: string;
  readonly key: string;
  readonly notAfter: string;
}

async function generate(
  pki: Pki,
  name: string,
  databaseFile: string,
  flags: Flags,
): Promise<{ readonly authority: Made; readonly server: Made; readonly database: string }> {
  const { days = pki.AUTHORITY_DAYS_DEFAULT, serverDays = pki.SERVER_DAYS_DEFAULT } = flags;
  const { server = pki.SERVER_NAME_DEFAULT } = flags;
  const keyType = flags.keyType === undefined ? null : pki.parseKeyType(flags.keyType);
  const options = { name, server, folder: '.', databaseFile, keyType, days, serverDays };
  const files = await pki.generateAuthority({ ...options, now: Date.now() });
  return {
    authority: { name, ...(await described(pki, files.certificateFile)), key: files.keyFile },
    server: { name: server, ...(await describedServer(pki, files)) },
    database: databaseFile,
  };
}

async function describedServer(
  pki: Pki,
  { serverCertificateFile, serverKeyFile }: AuthorityFiles,
): Promise<Omit<Made, 'name'>> {
  return { ...(await described(pki, serverCertificateFile)), key: serverKeyFile };
}

async function described(pki: Pki, file: string): Promise<Pick<Made, 'certificate' | 'notAfter'>> {
  const [certificate] = await pki.readCertificates(file);
  return { certificate: file, notAfter: timeText(certificate?.notAfter ?? 0) };
}

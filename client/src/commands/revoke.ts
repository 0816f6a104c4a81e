import type { RevocationTarget } from '@albatross/pki';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Command } from 'commander';
import { stat } from 'node:fs/promises';
import { readNumber } from '../arguments.ts';
import { addExamples } from '../help/examples.ts';
import { timeText, withPki, type Pki } from '../issuing.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly crl?: string;
  readonly days?: number;
}

export function addRevoke(program: Command, { output }: Session): void {
  addExamples(program.command('revoke'), ['albatross revoke cacert.pem ca.db ca.key hello'])
    .description('make certificates worth nothing, in the revocation list of their authority')
    .argument('<cacert>', "the authority's certificate")
    .argument('<db>', 'file that lists what it issued')
    .argument('<cakey>', "the authority's key")
    .argument('<certificate>', 'the file of a certificate, its name, or its serial number')
    .option('--crl <file>', "the authority's revocation list (default: ./AUTHORITY.crl)")
    .option(
      '--days <days>',
      'for how long the list is the newest (default: 365)',
      readNumber('--days'),
    )
    .addHelpText(
      'after',
      '\nA name revokes all certificates that the database has of it. A serial number has 16 digits or' +
        '\nmore, colons between its bytes, or 0x before it.',
    )
    .action(
      async (
        certificateFile: string,
        databaseFile: string,
        keyFile: string,
        text: string,
        flags: Flags,
      ) => {
        const files = { certificateFile, databaseFile, keyFile };
        const revoked = await withPki(async (pki) => await revoke(pki, files, text, flags));
        const { certificates, list, listed, nextUpdate } = revoked;
        const lines = certificates.map(({ serial, name, wasRevoked }) => {
          const whose = name === null ? 'that the database does not have' : `of ${name}`;
          return `${wasRevoked ? 'was revoked before' : 'revoked'}: ${serial} ${whose}`;
        });
        const wrote = `wrote ${list}: ${listed} revoked in all, to be renewed by ${nextUpdate}`;
        output.done(revoked, [...lines, wrote]);
      },
    );
}

interface Files {
  readonly certificateFile: string;
  readonly databaseFile: string;
  readonly keyFile: string;
}

/** What programs get. */
interface Revoked {
  readonly certificates: readonly {
    readonly serial: string;
    readonly name: string | null;
    readonly wasRevoked: boolean;
  }[];
  readonly list: string;
  readonly listed: number;
  readonly nextUpdate: string;
}

async function revoke(pki: Pki, files: Files, text: string, flags: Flags): Promise<Revoked> {
  const { days = pki.REVOCATION_LIST_DAYS_DEFAULT } = flags;
  const list = flags.crl ?? (await listOf(pki, files.certificateFile));
  const target = await targetOf(pki, text);
  const options = { ...files, listFile: list, target, days, now: Date.now() };
  const { certificates, listed, nextUpdate } = await pki.revoke(options);
  return {
    certificates: certificates.map(({ serial, commonName, wasRevoked }) => {
      return { serial, name: commonName, wasRevoked };
    }),
    list,
    listed,
    nextUpdate: timeText(nextUpdate),
  };
}

async function listOf(pki: Pki, certificateFile: string): Promise<string> {
  const [authority] = await pki.readCertificates(certificateFile);
  const name = authority?.commonName ?? '';
  // Whoever made the certificate chose the name, and could have chosen a folder.
  if (/^[\w.:*][\w.:*-]*$/.test(name)) return `${name}.crl`;
  const who = authority?.subject.text ?? certificateFile;
  throw new Failure('USAGE_INVALID', `no file can be called as ${who} is; name one with --crl`);
}

/**
 * A short word is never a number: one that nobody issued under is revoked without a question, and a mistyped
 * name would be one. A long one always is: names are chosen by others, who could choose a number.
 */
async function targetOf(pki: Pki, text: string): Promise<RevocationTarget> {
  const isFile = (await stat(text).catch(() => null))?.isFile() === true;
  const isCertificate = isFile && (text.endsWith('.pem') || (await hasCertificate(pki, text)));
  // No name has a slash.
  if (isCertificate || text.includes('/')) return { kind: 'certificate', file: text };
  if (SERIAL.test(text)) return { kind: 'serial', serial: text };
  return { kind: 'name', commonName: text };
}

/** An image may be called as its certificate is. */
async function hasCertificate(pki: Pki, file: string): Promise<boolean> {
  return await pki.readCertificates(file).then(
    () => true,
    () => false,
  );
}

const SERIAL = /^(?:0x[0-9a-f]+|[0-9a-f]{16,}|[0-9a-f]{2}(?::[0-9a-f]{2})+)$/i;

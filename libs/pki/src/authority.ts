import { join } from 'node:path';
import { readCertificate } from './certificate.ts';
import { checkApart, checkReplaceable } from './certificate-target.ts';
import { nameOf, parseCommonName, type CommonName } from './common-name.ts';
import { replaceFile } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import { issue } from './issue.ts';
import { addIssued, checkDatabase } from './issued-database.ts';
import { issuerOf } from './issuer.ts';
import { keyInFile, readKeyIfPresent } from './key-file.ts';
import type { KeyType } from './key-type.ts';
import { buildRoot, checkRoot } from './root.ts';
import { validForDays } from './validity.ts';
import { writeCertificates } from './write-pem.ts';

export interface AuthorityOptions {
  readonly name: string;
  /** The common name of the TLS endpoint's certificate. */
  readonly server: string;
  /** Where all files but the database are put. */
  readonly folder: string;
  readonly databaseFile: string;
  /** Null takes keys that are there as they are, and makes ed25519 ones. */
  readonly keyType: KeyType | null;
  readonly days: number;
  readonly serverDays: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface AuthorityFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly serverKeyFile: string;
  readonly serverCertificateFile: string;
}

export const AUTHORITY_DAYS_DEFAULT = 3650;
export const SERVER_DAYS_DEFAULT = 365;
export const SERVER_NAME_DEFAULT = 'server';

/** The original's name for it. */
const AUTHORITY_CERTIFICATE = 'cacert.pem';
export const CERTIFICATE_FILE_MODE = 0o644;

/**
 * Makes a root, and the certificate of a TLS endpoint below it: `<name>.key`, `cacert.pem`, `<server>.key`
 * and `<server>.pem`. Keys that are there stay, and what was interrupted can be done again; done again later,
 * it renews both certificates. A root of another name or key is not replaced, nor is what is called as the
 * server's certificate and is that of another key, or none. Throws `IssueError`.
 */
export async function generateAuthority(options: AuthorityOptions): Promise<AuthorityFiles> {
  const { folder, databaseFile, keyType, now } = options;
  const [name, server] = namesOf(options);
  const validity = validForDays(options.days, now);
  const serverValidity = validForDays(options.serverDays, now);
  const files = {
    keyFile: join(folder, `${name}.key`),
    certificateFile: join(folder, AUTHORITY_CERTIFICATE),
    serverKeyFile: join(folder, `${server}.key`),
    serverCertificateFile: join(folder, `${server}.pem`),
  };
  // Looks before there is a new key beside what is there.
  checkApart(databaseFile, Object.values(files));
  await checkDatabase(databaseFile);
  await checkRoot(files, name);
  const serverKey = await readKeyIfPresent(files.serverKeyFile);
  await checkReplaceable(files.serverCertificateFile, serverKey?.publicKey ?? null);
  const key = await keyInFile(files.keyFile, keyType);
  const { publicKey } = await keyInFile(files.serverKeyFile, keyType);
  const root = await buildRoot(name, key, validity);
  const issuer = issuerOf([readCertificate(root)], key, now);
  const wanted = { purpose: { kind: 'server' }, commonName: server } as const;
  const subject = nameOf(server);
  const issued = await issue(issuer, { ...wanted, subject, publicKey }, serverValidity);
  await addIssued(databaseFile, issued);
  await writeCertificateFile(files.certificateFile, [root]);
  await writeCertificateFile(files.serverCertificateFile, issued.certificates);
  return files;
}

function namesOf(options: AuthorityOptions): readonly [CommonName, CommonName] {
  const names = [parseCommonName(options.name), parseCommonName(options.server)] as const;
  const [name, server] = names;
  if (name === server) {
    const message = `the authority and its server are both called ${name}, and so would their keys be`;
    throw new IssueError('NAME_INVALID', message);
  }
  if (`${server}.pem` === AUTHORITY_CERTIFICATE) {
    const message = `the server cannot be called ${server}: its certificate would be called as the authority's`;
    throw new IssueError('NAME_INVALID', message);
  }
  return names;
}

/** In the place of whatever was there. Throws `IssueError`. */
export async function writeCertificateFile(
  path: string,
  certificates: readonly Uint8Array[],
): Promise<void> {
  await replaceFile(path, writeCertificates(certificates), CERTIFICATE_FILE_MODE);
}

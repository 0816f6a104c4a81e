import {
  AUTHORITY_DAYS_DEFAULT,
  CERTIFICATE_FILE_MODE,
  SERVER_DAYS_DEFAULT,
  writeCertificateFile,
  type AuthorityFiles,
} from './authority.ts';
import { checkReplaceable } from './certificate-target.ts';
import { readCertificate } from './certificate.ts';
import { nameOf, parseCommonName, type CommonName } from './common-name.ts';
import { makeFile, readIfPresent } from './durable-file.ts';
import { generalNames } from './host-names.ts';
import { IssueError } from './issue-error.ts';
import { issue } from './issue.ts';
import { addIssued, checkDatabase } from './issued-database.ts';
import { issuerOf, openIssuer, readCertificates, type Issuer } from './issuer.ts';
import { keyInFile, readKeyIfPresent } from './key-file.ts';
import { buildRoot, checkRoot } from './root.ts';
import { validForDays } from './validity.ts';
import { writeCertificates } from './write-pem.ts';

export interface EndpointOptions {
  /** Of the authority; null takes that of the one that is there, else `albatross`. */
  readonly name: string | null;
  /** The names and addresses by which clients know the server; the first one is its common name. */
  readonly hosts: readonly [string, ...string[]];
  /** Where the key of an authority of this name is. */
  readonly keyFileOf: (name: string) => string;
  readonly databaseFile: string;
  readonly certificateFile: string;
  readonly serverKeyFile: string;
  readonly serverCertificateFile: string;
  /** Whether a server's certificate that is there makes way for another one of the same key. */
  readonly isRenewed: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const AUTHORITY_NAME_DEFAULT = 'albatross';

/** What was made, in the order of its making, and what is called how. */
export interface Endpoint {
  readonly name: string;
  readonly made: readonly string[];
  readonly files: AuthorityFiles;
}

/**
 * Makes what is missing of a root and of the certificate of a TLS endpoint below it. Nothing that is there is
 * replaced but what is to be renewed, so that what was interrupted can be done again, and what is complete is
 * left alone, also when the key of the authority has been taken off this host. Throws `IssueError`.
 */
export async function makeEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const name = await nameOfAuthority(options);
  const files: AuthorityFiles = { ...options, keyFile: options.keyFileOf(name) };
  const made: string[] = [];
  const isThere = (await readIfPresent(files.serverCertificateFile)) !== null;
  if (isThere && (await readIfPresent(files.certificateFile)) === null) {
    const message = `${files.serverCertificateFile} is there, and the authority that it may be of is not in ${files.certificateFile}; move it away, or put that there`;
    throw new IssueError('AUTHORITY_EXISTS', message);
  }
  if (isThere && !options.isRenewed) return { name, made, files };
  // Looks before there is a new key beside what is there.
  const { hosts } = options;
  const commonName = parseCommonName(hosts[0]);
  generalNames(hosts);
  await checkDatabase(options.databaseFile);
  if (isThere) await checkRenewable(files);
  const issuer = await rootIssuer(name, files, { now: options.now, made });
  const { publicKey } = await keyOf(files.serverKeyFile, made);
  const wanted = { purpose: { kind: 'server', hosts }, commonName, publicKey } as const;
  const validity = validForDays(SERVER_DAYS_DEFAULT, options.now);
  const issued = await issue(issuer, { ...wanted, subject: nameOf(commonName) }, validity);
  await addIssued(options.databaseFile, issued);
  if (isThere) {
    await writeCertificateFile(files.serverCertificateFile, issued.certificates);
    made.push(files.serverCertificateFile);
  } else await makeCertificate(files.serverCertificateFile, issued.certificates, made);
  return { name, made, files };
}

/** Clients may know the key, and the gateway has it open: it stays. */
async function checkRenewable(files: AuthorityFiles): Promise<void> {
  const key = await readKeyIfPresent(files.serverKeyFile);
  await checkReplaceable(files.serverCertificateFile, key?.publicKey ?? null);
}

async function nameOfAuthority({ name, certificateFile }: EndpointOptions): Promise<CommonName> {
  const wanted = name === null ? null : parseCommonName(name);
  if ((await readIfPresent(certificateFile)) === null)
    return wanted ?? parseCommonName(AUTHORITY_NAME_DEFAULT);
  const [present] = await readCertificates(certificateFile);
  if (wanted === null) return parseCommonName(present?.commonName ?? '');
  if (wanted === present?.commonName) return wanted;
  const message = `${certificateFile} is that of ${present?.subject.text}, and not of ${wanted}; move it away for another one`;
  throw new IssueError('AUTHORITY_EXISTS', message);
}

/** That of the root that is there; else it is made. */
async function rootIssuer(
  name: CommonName,
  files: AuthorityFiles,
  { now, made }: { readonly now: number; readonly made: string[] },
): Promise<Issuer> {
  if ((await readIfPresent(files.certificateFile)) !== null) {
    if ((await readIfPresent(files.keyFile)) === null) {
      const message = `${files.certificateFile} is there, and its key is not in ${files.keyFile}: put it there for as long as this takes`;
      throw new IssueError('AUTHORITY_EXISTS', message);
    }
    await checkRoot(files, name);
    return await openIssuer(files, now);
  }
  const key = await keyOf(files.keyFile, made);
  const root = await buildRoot(name, key, validForDays(AUTHORITY_DAYS_DEFAULT, now));
  await makeCertificate(files.certificateFile, [root], made);
  return issuerOf([readCertificate(root)], key, now);
}

async function keyOf(path: string, made: string[]): ReturnType<typeof keyInFile> {
  if ((await readIfPresent(path)) === null) made.push(path);
  return await keyInFile(path, null);
}

async function makeCertificate(
  path: string,
  certificates: readonly Uint8Array[],
  made: string[],
): Promise<void> {
  const isMade = await makeFile(path, writeCertificates(certificates), CERTIFICATE_FILE_MODE);
  if (!isMade) throw new IssueError('FILE_UNWRITABLE', `somebody else made ${path}; try again`);
  made.push(path);
}

import type { Validity } from './build-certificate.ts';
import { ChainLinks } from './chain-links.ts';
import { replaceFile } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import {
  addRevoked,
  checkDatabase,
  readDatabase,
  type IssuedDatabase,
  type IssuedEntry,
  type RevokedEntry,
} from './issued-database.ts';
import { openIssuer, readCertificates, type Issuer, type IssuerFiles } from './issuer.ts';
import { readPresentList } from './present-list.ts';
import { REVOCATION_LIST_LABEL } from './revocation-list.ts';
import { parseSerialNumber, type SerialNumber } from './serial-number.ts';
import { validForDays, wholeSeconds } from './validity.ts';
import { writePem } from './write-pem.ts';
import { buildRevocationList, type RevocationListEntry } from './write-revocation-list.ts';

export interface RevokeOptions extends IssuerFiles {
  readonly databaseFile: string;
  /** Where the authority's revocation list is, and will be. */
  readonly listFile: string;
  readonly target: RevocationTarget;
  /** For how long the list is said to be the newest. */
  readonly days: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type RevocationTarget =
  /** A file in PEM; of several certificates the first. It need not be in the database. */
  | { readonly kind: 'certificate'; readonly file: string }
  /** In hexadecimal. That of a certificate that nobody knows, too: who knows of it may have nothing else. */
  | { readonly kind: 'serial'; readonly serial: string }
  /** All certificates of this common name that the database has. */
  | { readonly kind: 'name'; readonly commonName: string };

export interface Revocation {
  /** What was asked for, in the order of the database. */
  readonly certificates: readonly RevokedCertificate[];
  /** How many the list has in all. */
  readonly listed: number;
  /** Milliseconds since 1970. */
  readonly nextUpdate: number;
}

export interface RevokedCertificate {
  readonly serial: SerialNumber;
  /** Null for one that the database does not have. */
  readonly commonName: string | null;
  readonly wasRevoked: boolean;
}

export const REVOCATION_LIST_DAYS_DEFAULT = 365;

const REVOCATION_LIST_FILE_MODE = 0o644;

/**
 * Adds to the database what is revoked, and replaces the list of the authority by one with all that the
 * database and the list before say. Done again it does no harm, and finishes what was interrupted. Throws
 * `IssueError`.
 */
export async function revoke(options: RevokeOptions): Promise<Revocation> {
  const { now, databaseFile, listFile } = options;
  await checkDatabase(databaseFile);
  const issuer = await openIssuer(options, now);
  const validity = validForDays(options.days, now);
  checkMaySignLists(issuer);
  await readPresentList(listFile, issuer);
  const database = await readDatabase(databaseFile);
  const wanted = await serialsOf(options.target, issuer, database);
  const authority = authorityOf(issuer);
  const revoked = new Set(revokedBy(authority, database).map(({ serial }) => serial));
  const added = wanted.filter((serial) => !revoked.has(serial));
  const at = wholeSeconds(now);
  await addRevoked(
    databaseFile,
    added.map((serial) => ({ serial, at, authority })),
  );
  const listed = await writeList(issuer, options, validity);
  const names = new Map(database.issued.map(({ serial, commonName }) => [serial, commonName]));
  const certificates = wanted.map((serial) => ({
    serial,
    commonName: names.get(serial) ?? null,
    wasRevoked: revoked.has(serial),
  }));
  return { certificates, listed, nextUpdate: validity.notAfter };
}

function checkMaySignLists({ certificate }: Issuer): void {
  if (certificate.keyUsage?.has('cRLSign') !== false) return;
  const why = 'its key is not for cRLSign, which a revocation list needs';
  const message = `the authority ${certificate.subject.text} cannot revoke: ${why}`;
  throw new IssueError('AUTHORITY_INVALID', message);
}

function authorityOf({ keyIdentifier }: Issuer): string {
  return Buffer.from(keyIdentifier).toString('hex');
}

async function serialsOf(
  target: RevocationTarget,
  issuer: Issuer,
  { issued }: IssuedDatabase,
): Promise<readonly SerialNumber[]> {
  switch (target.kind) {
    case 'certificate':
      return [await serialIn(target.file, issuer)];
    case 'serial': {
      const serial = parseSerialNumber(target.serial);
      if (serial !== null) return [serial];
      const message = `${JSON.stringify(target.serial)} is no serial number in hexadecimal`;
      throw new IssueError('USAGE_INVALID', message);
    }
    case 'name':
      return serialsNamed(target.commonName, issued);
  }
}

async function serialIn(file: string, issuer: Issuer): Promise<SerialNumber> {
  const [certificate] = await readCertificates(file);
  const isIssued =
    certificate !== undefined && new ChainLinks().isSigned(certificate, issuer.certificate);
  const isItself = certificate?.serial === issuer.certificate.serial;
  const serial = parseSerialNumber(certificate?.serial ?? '');
  if (isIssued && !isItself && serial !== null) return serial;
  const who = issuer.certificate.subject.text;
  const message = `the certificate in ${file} was not issued by ${who}; whoever issued it can revoke it`;
  throw new IssueError('CERTIFICATE_FOREIGN', message);
}

/** Servers do not tell small letters from large ones in names. */
function serialsNamed(name: string, issued: readonly IssuedEntry[]): readonly SerialNumber[] {
  const found = issued.filter(({ commonName }) => commonName.toLowerCase() === name.toLowerCase());
  if (found.length > 0) return [...new Set(found.map(({ serial }) => serial))];
  const message = `the database has no certificate that is called ${JSON.stringify(name)}`;
  throw new IssueError('CERTIFICATE_NOT_FOUND', message);
}

function revokedBy(authority: string, { revoked }: IssuedDatabase): readonly RevokedEntry[] {
  return revoked.filter((entry) => entry.authority === authority);
}

/** Until nobody has added anything while it was written: of two at once the slower one must not undo the other. */
async function writeList(
  issuer: Issuer,
  { databaseFile, listFile, now }: RevokeOptions,
  { notBefore: thisUpdate, notAfter: nextUpdate }: Validity,
): Promise<number> {
  let written = -1;
  for (;;) {
    const present = await readPresentList(listFile, issuer);
    const database = await readDatabase(databaseFile);
    const entries = merged([...present.entries, ...revokedBy(authorityOf(issuer), database)]);
    if (entries.length === written) return written;
    const { certificate, keyIdentifier, key } = issuer;
    // Whoever lost the list before goes on from the clock, which is beyond all numbers that came of it.
    const number = Math.max((present.number ?? 0) + 1, Math.floor(now / 1000));
    const times = { number, thisUpdate, nextUpdate };
    const parts = { issuer: certificate.subject.der, keyIdentifier, ...times, entries };
    const text = writePem(REVOCATION_LIST_LABEL, buildRevocationList(parts, key));
    await replaceFile(listFile, text, REVOCATION_LIST_FILE_MODE);
    written = entries.length;
  }
}

/** Each once, with the time that was said first. */
function merged(entries: readonly RevocationListEntry[]): readonly RevocationListEntry[] {
  const bySerial = new Map<SerialNumber, RevocationListEntry>();
  for (const { serial, at } of entries)
    bySerial.set(serial, { serial, at: Math.min(at, bySerial.get(serial)?.at ?? at) });
  return [...bySerial.values()];
}

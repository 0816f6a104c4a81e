import {
  contextTag,
  decodeDer,
  TAG,
  WireError,
  type Decode,
  type DerReader,
} from '@albatross/wire';
import { readIfPresent } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import type { Issuer } from './issuer.ts';
import { OID } from './object-identifier.ts';
import { PemError, readPemOf } from './pem.ts';
import { readExtensions, within } from './read-extensions.ts';
import { readRevocationList, REVOCATION_LIST_LABEL } from './revocation-list.ts';
import { readSerial } from './serial.ts';
import { parseSerialNumber } from './serial-number.ts';
import { isSignedBy } from './signature.ts';
import { readTime } from './time.ts';
import type { RevocationListEntry } from './write-revocation-list.ts';

/** What the next list of an authority goes on from. */
export interface PresentList {
  /** Null when it has none. */
  readonly number: number | null;
  readonly entries: readonly RevocationListEntry[];
}

/** A million entries. */
export const REVOCATION_LIST_BYTES_MAX = 67_108_864;

/**
 * The list that the authority signed before, in a file; an empty one where there is no file. Throws `IssueError`
 * `REVOCATION_LIST_FOREIGN` for anything else, which may not be replaced, or `FILE_UNREADABLE`.
 */
export async function readPresentList(path: string, issuer: Issuer): Promise<PresentList> {
  const bytes = await readIfPresent(path, REVOCATION_LIST_BYTES_MAX);
  if (bytes === null) return { number: null, entries: [] };
  try {
    const text = bytes.toString('latin1');
    const [der, another] = readPemOf(REVOCATION_LIST_LABEL, text, path);
    if (der === undefined || another !== undefined) throw foreign(path, 'has several lists in it');
    const { signature } = readRevocationList(der);
    if (isSignedBy(signature, issuer.certificate.publicKey)) return decodeDer(der, readList);
    throw foreign(path, `was not signed by the key of ${issuer.certificate.subject.text}`);
  } catch (error) {
    if (!(error instanceof PemError || error instanceof WireError)) throw error;
    throw foreign(path, `is no revocation list: ${error.message}`, error);
  }
}

function foreign(path: string, why: string, cause?: unknown): IssueError {
  const message = `${path} ${why}; it is not replaced`;
  return new IssueError('REVOCATION_LIST_FOREIGN', message, { cause });
}

/** What `readRevocationList` has read already, for what it leaves out. */
function readList(whole: DerReader): PresentList {
  return whole.sequence((signed) => {
    const list = signed.sequence(readSignedPart);
    signed.any();
    signed.any();
    return list;
  });
}

function readSignedPart(parts: DerReader): PresentList {
  const isVersion2 = parts.has(TAG.integer);
  if (isVersion2) parts.any();
  // The algorithm, the issuer, and one or two times.
  parts.any();
  parts.any();
  parts.any();
  if (!parts.isAtEnd && !parts.has(TAG.sequence) && !parts.has(contextTag(0))) parts.any();
  const entries = parts.has(TAG.sequence) ? parts.sequenceOf(readEntry) : [];
  const extensions = parts.optional(0, (tagged) => readExtensions(tagged, NUMBER));
  return { number: extensions?.values.number ?? null, entries: entries.flat() };
}

const NUMBER: ReadonlyMap<string, Decode<{ readonly number?: number }>> = new Map([
  [OID.cRLNumber, within((value) => ({ number: value.safeInteger() }))],
]);

/** None for a number that no certificate of ours has. */
function readEntry(list: DerReader): readonly RevocationListEntry[] {
  return list.sequence((entry) => {
    const serial = parseSerialNumber(readSerial(entry));
    const at = readTime(entry);
    if (!entry.isAtEnd) entry.any();
    return serial === null ? [] : [{ serial, at }];
  });
}

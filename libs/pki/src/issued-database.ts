import { appendLines, readHead, readIfPresent } from './durable-file.ts';
import { IssueError } from './issue-error.ts';
import { parseSerialNumber, type SerialNumber } from './serial-number.ts';

/** More than a million certificates. */
export const DATABASE_BYTES_MAX = 67_108_864;

/** What the database of an authority says. */
export interface IssuedDatabase {
  readonly issued: readonly IssuedEntry[];
  readonly revoked: readonly RevokedEntry[];
}

export interface IssuedEntry {
  readonly serial: SerialNumber;
  readonly commonName: string;
}

export interface RevokedEntry {
  readonly serial: SerialNumber;
  /** Milliseconds since 1970, whole seconds. */
  readonly at: number;
  /** The identifier of the key of the authority that issued it, in hexadecimal. */
  readonly authority: string;
}

/**
 * ```abnf
 * database = *line
 * line     = (issued / revoked / other) LF
 * issued   = serial SP common-name                      ; the original's: it writes these, and reads none
 * revoked  = "revoked" SP serial SP time SP authority   ; no serial number is "revoked"
 * time     = RFC 3339, in UTC, with seconds
 * serial / authority = 1*(2HEXDIG)                      ; in small letters
 * other    = *OCTET                                     ; half a line that a crash left
 * ```
 *
 * Lines are only ever added. An empty database where there is no file. Throws `IssueError` `FILE_UNREADABLE`.
 */
export async function readDatabase(path: string): Promise<IssuedDatabase> {
  const bytes = await readIfPresent(path, DATABASE_BYTES_MAX);
  const lines = (bytes?.toString() ?? '').split('\n');
  return {
    issued: lines.map(readIssued).filter((entry) => entry !== null),
    revoked: lines.map(readRevoked).filter((entry) => entry !== null),
  };
}

/**
 * Lines are added to a database: not to a file that was named by mistake. What it begins with tells them
 * apart. Throws `IssueError` `USAGE_INVALID`; what cannot be read is for whoever reads or writes all of it.
 */
export async function checkDatabase(path: string): Promise<void> {
  const head = (await readHead(path, HEAD_BYTES).catch(() => Buffer.alloc(0))).toString('latin1');
  if (/^[0-9a-z]*(?: |\n|$)/.test(head)) return;
  const right = 'its lines have a serial number and a name';
  throw new IssueError('USAGE_INVALID', `${path} is no database of certificates: ${right}`);
}

const HEAD_BYTES = 64;

/** Before the certificate is given to anybody, so that there is none that is not listed. */
export async function addIssued(path: string, { serial, commonName }: IssuedEntry): Promise<void> {
  await appendLines(path, [`${serial} ${commonName}`]);
}

export async function addRevoked(path: string, entries: readonly RevokedEntry[]): Promise<void> {
  const lines = entries.map(
    ({ serial, at, authority }) => `revoked ${serial} ${timeText(at)} ${authority}`,
  );
  if (lines.length > 0) await appendLines(path, lines);
}

function readIssued(line: string): IssuedEntry | null {
  const [, digits = '', commonName = ''] = /^([0-9a-f]+) (.+)$/.exec(line) ?? [];
  const serial = parseSerialNumber(digits);
  return serial === null ? null : { serial, commonName };
}

function readRevoked(line: string): RevokedEntry | null {
  const [, digits = '', time = '', authority = ''] =
    /^revoked ([0-9a-f]+) (\S+Z) ([0-9a-f]{40})$/.exec(line) ?? [];
  const serial = parseSerialNumber(digits);
  const at = Date.parse(time);
  return serial === null || Number.isNaN(at) ? null : { serial, at, authority };
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

import { eventRecord, type EventRecord } from '@albatross/shared/contracts/event';
import { crc32 } from 'node:zlib';

/**
 * A line of the event log:
 *
 * ```abnf
 * line  = crc32 SP seq SP id SP at SP name SP rest LF
 * crc32 = 8HEXDIG    ; lower-case, of what stands behind it and its space, without the LF
 * seq   = 1*DIGIT
 * id    = 16HEXDIG   ; lower-case
 * at    = 1*DIGIT    ; milliseconds since 1970
 * name  = 1*200(ALPHA / DIGIT / "-" / "." / ":")
 * rest  = JSON       ; an object with everything else, written without a line feed
 * ```
 *
 * What is looked for stands in front, so that a search need not read the JSON of what it passes over.
 */
export function encodeEvent({ seq, id, at, name, ...rest }: EventRecord): Buffer {
  const text = `${seq} ${id} ${at} ${name} ${JSON.stringify(rest)}`;
  return Buffer.from(`${checksum(crc32(text))} ${text}\n`);
}

/** What stands in front of an event. */
export interface Head {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly name: string;
}

/** Reads the front of a line; null when it has none. Does not tell whether the line is whole. */
export function readHead(line: Buffer): Head | null {
  const match = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES_MAX));
  if (match === null) return null;
  const [, seq, id = '', at, name = ''] = match;
  return { seq: Number(seq), id, at: Number(at), name };
}

/** Whether a line, without its LF, is as it was written. */
export function isWhole(line: Buffer): boolean {
  const written = line.toString('latin1', 0, CHECKSUM_CHARS);
  return written === checksum(crc32(line.subarray(CHECKSUM_CHARS + 1)));
}

/** Reads a line, without its LF; null for what is damaged, or no event of this version of the program. */
export function decodeEvent(line: Buffer): EventRecord | null {
  const head = isWhole(line) ? readHead(line) : null;
  if (head === null) return null;
  // Twice as fast as a literal that spreads both.
  const fields = Object.assign(readJson(line.subarray(line.indexOf(' {'))), head);
  const event = eventRecord.safeParse(fields);
  return event.success ? event.data : null;
}

/** The lines in a piece of a file, without their LF; a last one without is none. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** Those that hold a text; far quicker than looking into each. */
export function* linesWith(bytes: Buffer, text: string): Generator<Buffer> {
  let end = 0;
  for (let hit = bytes.indexOf(text); hit !== -1; hit = bytes.indexOf(text, end)) {
    const start = bytes.lastIndexOf(LF, hit) + 1;
    end = bytes.indexOf(LF, hit);
    if (end === -1) return;
    yield bytes.subarray(start, end);
  }
}

const LF = 10;
const CHECKSUM_CHARS = 8;
const HEAD = /^[0-9a-f]{8} (\d{1,16}) ([0-9a-f]{16}) (\d{1,16}) ([a-z0-9.:-]{1,200}) /;
const HEAD_BYTES_MAX = 262;

function checksum(crc: number): string {
  return crc.toString(16).padStart(CHECKSUM_CHARS, '0');
}

function readJson(text: Buffer): object {
  try {
    const value: unknown = JSON.parse(text.toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

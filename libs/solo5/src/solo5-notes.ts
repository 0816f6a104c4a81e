import { ImageError } from './image-error.ts';
import type { ImageErrorCode } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { readPart } from './image-source.ts';
import { segmentName } from './segments.ts';
import type { NoteSegment } from './segments.ts';

/** What the two Solo5 notes hold; undefined where the image has no such note. */
export interface Solo5Notes {
  readonly abi: DataView | undefined;
  readonly manifest: DataView | undefined;
}

/** Larger content than this is refused before it is read; tenders have the same limits. */
export const ABI_NOTE_MAX_BYTES = 32;
export const MANIFEST_NOTE_MAX_BYTES = 6668;

interface NoteKind {
  readonly kind: keyof Solo5Notes;
  readonly name: string;
  readonly maxBytes: number;
  readonly invalid: ImageErrorCode;
}

/** The types are the letters "ABI1" and "MFT1", first letter lowest. */
const NOTE_KINDS: ReadonlyMap<number, NoteKind> = new Map([
  [
    0x31494241,
    {
      kind: 'abi',
      name: 'target note (ABI)',
      maxBytes: ABI_NOTE_MAX_BYTES,
      invalid: 'IMAGE_ABI_INVALID',
    },
  ],
  [
    0x3154464d,
    {
      kind: 'manifest',
      name: 'list of devices (manifest)',
      maxBytes: MANIFEST_NOTE_MAX_BYTES,
      invalid: 'IMAGE_MANIFEST_INVALID',
    },
  ],
]);

/** The three numbers that any note begins with. */
const ANY_NOTE_HEADER_BYTES = 12;
const SOLO5_NOTE_HEADER_BYTES = 20;
const SOLO5_NAME = [...Buffer.from('Solo5\0', 'latin1')];

/**
 * Finds the Solo5 notes. A note segment holds one note, which begins with
 *
 *     +0 u32 bytes of the name (6)    +4 u32 bytes of the content    +8 u32 type
 *     +12 "Solo5\0" and two bytes of padding                         +20 the content
 *
 * Notes of other owners and of other types are passed over, and so is whatever follows the first
 * note of a segment: tenders do not see it either. A tender takes the first note of a type; here a
 * second one is refused, for no toolchain writes two and tools could differ about which is meant.
 *
 * @throws ImageError IMAGE_HEADERS_INVALID, IMAGE_ABI_INVALID, IMAGE_MANIFEST_INVALID
 */
export function readSolo5Notes(source: ImageSource, segments: readonly NoteSegment[]): Solo5Notes {
  const found: { -readonly [Kind in keyof Solo5Notes]: Solo5Notes[Kind] } = {
    abi: undefined,
    manifest: undefined,
  };
  for (const segment of segments) {
    const header = readSolo5Header(source, segment);
    if (header === undefined) continue;
    const noteKind = NOTE_KINDS.get(header.getUint32(8, true));
    if (noteKind === undefined) continue;
    if (found[noteKind.kind] !== undefined) throw twice(noteKind, segment);
    found[noteKind.kind] = readContent(source, segment, noteKind, header.getUint32(4, true));
  }
  return found;
}

function readSolo5Header(source: ImageSource, segment: NoteSegment): DataView | undefined {
  if (segment.length < ANY_NOTE_HEADER_BYTES) {
    throw new ImageError(
      'IMAGE_HEADERS_INVALID',
      `the image has a note of ${segment.length} bytes (program segment ${segment.index}), too short to be ` +
        'one, as images for the Solo5 target "stub" have; build it for a target such as hvt or spt',
      { segment: segment.index, found: segment.length, minimum: ANY_NOTE_HEADER_BYTES },
    );
  }
  if (segment.length < SOLO5_NOTE_HEADER_BYTES) return undefined;
  const header = readPart(
    source,
    segmentName(segment.index),
    segment.offset,
    SOLO5_NOTE_HEADER_BYTES,
  );
  const owned =
    header.getUint32(0, true) === SOLO5_NAME.length &&
    SOLO5_NAME.every((byte, index) => header.getUint8(12 + index) === byte);
  return owned ? header : undefined;
}

function readContent(
  source: ImageSource,
  segment: NoteSegment,
  { name, maxBytes, invalid }: NoteKind,
  length: number,
): DataView {
  if (length < 1 || length > maxBytes) {
    throw new ImageError(
      invalid,
      `the image's ${name} claims ${length} bytes; expected 1 to ${maxBytes}`,
      { found: length, maximum: maxBytes },
    );
  }
  const available = segment.length - SOLO5_NOTE_HEADER_BYTES;
  if (length > available) {
    throw new ImageError(
      invalid,
      `the image's ${name} claims ${length} bytes, but its segment has room for ${available}`,
      { found: length, maximum: available },
    );
  }
  return readPart(
    source,
    segmentName(segment.index),
    segment.offset + SOLO5_NOTE_HEADER_BYTES,
    length,
  );
}

function twice({ name, invalid }: NoteKind, { index }: NoteSegment): ImageError {
  return new ImageError(
    invalid,
    `the image has more than one ${name} (again in program segment ${index}); expected exactly one`,
    { segment: index },
  );
}

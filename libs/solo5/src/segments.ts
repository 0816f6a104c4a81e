import { PROGRAM_HEADER_BYTES } from './elf-header.ts';
import type { ProgramTable } from './elf-header.ts';
import { ImageError } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { readPart, truncated } from './image-source.ts';

/** A stretch of the file that holds a note; it lies within the file. Offset and length in bytes. */
export interface NoteSegment {
  /** Position in the table of program segments, as other tools number it: from 0. */
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

type Segment = NoteSegment & { readonly kind: 'load' | 'note' };

const PT_LOAD = 1;
const PT_NOTE = 4;

/**
 * Reads the table of program segments, of which each entry is
 *
 *     +0  u32 type (1: LOAD, 4: NOTE)    +8  u64 offset in the file    +32 u64 bytes in the file
 *
 * and returns the notes. What is loaded into memory must lie in the file as well: a tender would
 * find that out only after taps and block devices have been made. Segments of other types are
 * never read by a tender, nor are those loaded with 0 bytes (the zeroed memory of the unikernel).
 *
 * @throws ImageError IMAGE_HEADERS_INVALID, IMAGE_TRUNCATED
 */
export function readNoteSegments(source: ImageSource, table: ProgramTable): readonly NoteSegment[] {
  const part = 'table of program segments';
  const length = table.count * PROGRAM_HEADER_BYTES;
  const offset = boundedOffset(part, table.offset, BigInt(length));
  const view = readPart(source, part, offset, length);
  const segments: Segment[] = [];
  for (let index = 0; index < table.count; index += 1) {
    const segment = readSegment(view, index);
    if (segment !== undefined) segments.push(segment);
  }
  requireWithinFile(source, segments);
  return segments.filter(({ kind }) => kind === 'note');
}

function readSegment(view: DataView, index: number): Segment | undefined {
  const at = index * PROGRAM_HEADER_BYTES;
  const type = view.getUint32(at, true);
  const length = view.getBigUint64(at + 32, true);
  const loaded = type === PT_LOAD && length > 0n;
  if (!loaded && type !== PT_NOTE) return undefined;
  const kind = loaded ? 'load' : 'note';
  const offset = boundedOffset(segmentName(index), view.getBigUint64(at + 8, true), length);
  return { kind, index, offset, length: Number(length) };
}

/** Refuses numbers that JavaScript could only hold rounded: no file reaches that far. */
function boundedOffset(part: string, offset: bigint, length: bigint): number {
  if (offset + length <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(offset);
  throw new ImageError(
    'IMAGE_HEADERS_INVALID',
    `the image is damaged: its ${part} claims ${length} bytes at byte ${offset}, farther than any file reaches`,
    { field: part, offset: String(offset), length: String(length) },
  );
}

/** Names the farthest of the missing parts: its end is the size the file should have at least. */
function requireWithinFile(source: ImageSource, segments: readonly Segment[]): void {
  let part = '';
  let needed = source.size;
  for (const { index, offset, length } of segments) {
    if (offset + length <= needed) continue;
    part = segmentName(index);
    needed = offset + length;
  }
  if (needed > source.size) throw truncated(part, source.size, needed);
}

export function segmentName(index: number): string {
  return `program segment ${index}`;
}

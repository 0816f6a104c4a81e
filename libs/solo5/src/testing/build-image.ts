import { abiContent, manifestContent } from './note-content.ts';
import type { AbiSpec, DeviceSpec } from './note-content.ts';

/** One note; `claimedBytes` and `segmentBytes` tell lies about its content's and its segment's size. */
export interface NoteSpec {
  /** With its NUL; 8 bytes at most. */
  readonly name: string;
  readonly type: number;
  readonly content: Uint8Array;
  readonly claimedBytes?: number;
  readonly segmentBytes?: number;
}

export interface SegmentSpec {
  readonly type: number;
  readonly offset: bigint;
  readonly length: bigint;
}

/** Numbers of the file header to write instead of the right ones. */
export interface HeaderSpec {
  readonly class: number;
  readonly data: number;
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly headerBytes: number;
  readonly programHeaderBytes: number;
  readonly programHeaderCount: number;
  readonly programHeadersAt: bigint;
}

/** Everything has a default; the defaults make a valid hvt image without devices. */
export interface ImageSpec extends AbiSpec {
  readonly devices?: readonly DeviceSpec[];
  /** Machine code, loaded and entered at 1 MiB; by default one `hlt`. */
  readonly program?: Uint8Array;
  readonly header?: Partial<HeaderSpec>;
  /** Content of the note, instead of the one made from `target` and `abiVersion`; null for no note. */
  readonly abi?: Uint8Array | null;
  /** Content of the note, instead of the one made from `devices`; null for no note. */
  readonly manifest?: Uint8Array | null;
  /** Put before the Solo5 notes. */
  readonly notesBefore?: readonly NoteSpec[];
  /** Put after the Solo5 notes. */
  readonly notesAfter?: readonly NoteSpec[];
  /** Further program headers, without anything in the file. */
  readonly segments?: readonly SegmentSpec[];
}

export const ABI_NOTE_TYPE = 0x31494241;
export const MANIFEST_NOTE_TYPE = 0x3154464d;
export const PT_LOAD = 1;
export const PT_NOTE = 4;
/** Where the first program header is; each has 56 bytes. */
export const PROGRAM_HEADERS_AT = 64;

const PROGRAM_HEADER_BYTES = 56;
const NOTE_HEADER_BYTES = 20;
const PAGE_BYTES = 4096;
const LOAD_ADDRESS = 0x10_0000;

/**
 * Makes an image for tests: file header, program headers, and from the next page on one segment
 * that is loaded, with the program followed by the notes. Its last byte is loaded too, so the image
 * is truncated when any byte is missing.
 */
export function buildImage(spec: ImageSpec = {}): Uint8Array {
  const notes = notesOf(spec);
  const segments = spec.segments ?? [];
  const count = 1 + notes.length + segments.length;
  const programAt = alignUp(PROGRAM_HEADERS_AT + count * PROGRAM_HEADER_BYTES, PAGE_BYTES);
  const program = spec.program ?? Uint8Array.of(0xf4);
  const placed: { readonly note: NoteSpec; readonly at: number }[] = [];
  let end = programAt + program.length;
  for (const note of notes) {
    const at = alignUp(end, 8);
    placed.push({ note, at });
    end = at + NOTE_HEADER_BYTES + note.content.length;
  }
  const image = new Uint8Array(end);
  const view = new DataView(image.buffer);
  writeHeader(view, count, spec.header ?? {});
  image.set(program, programAt);
  for (const { note, at } of placed) writeNote(image, at, note);
  const headers: readonly SegmentSpec[] = [
    { type: PT_LOAD, offset: BigInt(programAt), length: BigInt(end - programAt) },
    ...placed.map(({ note, at }) => ({
      type: PT_NOTE,
      offset: BigInt(at),
      length: BigInt(note.segmentBytes ?? NOTE_HEADER_BYTES + note.content.length),
    })),
    ...segments,
  ];
  headers.forEach((segment, index) => writeSegment(view, index, segment, programAt));
  return image;
}

function notesOf(spec: ImageSpec): readonly NoteSpec[] {
  const solo5: NoteSpec[] = [];
  const abi = spec.abi === undefined ? abiContent(spec) : spec.abi;
  if (abi !== null) solo5.push({ name: 'Solo5\0', type: ABI_NOTE_TYPE, content: abi });
  const manifest = spec.manifest === undefined ? manifestContent(spec.devices) : spec.manifest;
  if (manifest !== null) {
    solo5.push({ name: 'Solo5\0', type: MANIFEST_NOTE_TYPE, content: manifest });
  }
  return [...(spec.notesBefore ?? []), ...solo5, ...(spec.notesAfter ?? [])];
}

function writeHeader(view: DataView, count: number, header: Partial<HeaderSpec>): void {
  [0x7f, 0x45, 0x4c, 0x46, header.class ?? 2, header.data ?? 1, 1].forEach((byte, index) => {
    view.setUint8(index, byte);
  });
  view.setUint16(16, header.type ?? 2, true);
  view.setUint16(18, header.machine ?? 62, true);
  view.setUint32(20, header.version ?? 1, true);
  view.setBigUint64(24, BigInt(LOAD_ADDRESS), true);
  view.setBigUint64(32, header.programHeadersAt ?? BigInt(PROGRAM_HEADERS_AT), true);
  view.setUint16(52, header.headerBytes ?? 64, true);
  view.setUint16(54, header.programHeaderBytes ?? PROGRAM_HEADER_BYTES, true);
  view.setUint16(56, header.programHeaderCount ?? count, true);
}

function writeNote(image: Uint8Array, at: number, note: NoteSpec): void {
  const view = new DataView(image.buffer);
  view.setUint32(at, note.name.length, true);
  view.setUint32(at + 4, note.claimedBytes ?? note.content.length, true);
  view.setUint32(at + 8, note.type, true);
  image.set(Buffer.from(note.name, 'latin1'), at + 12);
  image.set(note.content, at + NOTE_HEADER_BYTES);
}

function writeSegment(view: DataView, index: number, segment: SegmentSpec, programAt: number) {
  const at = PROGRAM_HEADERS_AT + index * PROGRAM_HEADER_BYTES;
  const address = segment.offset + BigInt(LOAD_ADDRESS - programAt);
  const readAndExecute = 5;
  view.setUint32(at, segment.type, true);
  view.setUint32(at + 4, readAndExecute, true);
  view.setBigUint64(at + 8, segment.offset, true);
  view.setBigUint64(at + 16, address, true);
  view.setBigUint64(at + 24, address, true);
  view.setBigUint64(at + 32, segment.length, true);
  view.setBigUint64(at + 40, segment.length, true);
  view.setBigUint64(at + 48, BigInt(segment.type === PT_LOAD ? PAGE_BYTES : 4), true);
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

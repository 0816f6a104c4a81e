import { requireExecutable } from './elf-identity.ts';
import { ImageError } from './image-error.ts';
import type { ImageSource } from './image-source.ts';
import { readPart, truncated } from './image-source.ts';
import { printable } from './printable.ts';

/** Where the table of program segments lies in the file. `offset` is not yet bounded. */
export interface ProgramTable {
  readonly offset: bigint;
  readonly count: number;
}

const FILE_HEADER_BYTES = 64;
export const PROGRAM_HEADER_BYTES = 56;

/** The Solo5 toolchain links 9 to 11; the format would allow 65535. */
export const MAX_PROGRAM_HEADERS = 128;

const MAGIC = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46);
const QUOTED_BYTES = 16;

/**
 * Reads the header at the very beginning and refuses what is no executable for Solo5:
 *
 *     +0  7f 'E' 'L' 'F'        +4  u8 class (2: 64-bit)    +5  u8 data (1: little-endian)
 *     +16 u16 type (2: EXEC)    +18 u16 machine (62)        +20 u32 version (1)
 *     +32 u64 offset of the program headers                 +52 u16 size of this header (64)
 *     +54 u16 size of a program header (56)                 +56 u16 number of program headers
 *
 * The bytes not listed (OS ABI, entry address, section headers) say nothing about the notes.
 *
 * @throws ImageError IMAGE_EMPTY, IMAGE_NOT_ELF, IMAGE_TRUNCATED, IMAGE_NOT_EXECUTABLE, IMAGE_HEADERS_INVALID
 */
export function readElfHeader(source: ImageSource): ProgramTable {
  if (source.size === 0) {
    throw new ImageError(
      'IMAGE_EMPTY',
      'the image is empty; expected a unikernel built for Solo5, such as dist/NAME.hvt',
    );
  }
  const available = Math.min(source.size, FILE_HEADER_BYTES);
  const header = readPart(source, 'file header', 0, available);
  requireMagic(header, source.size);
  if (available < FILE_HEADER_BYTES) throw truncated('file header', available, FILE_HEADER_BYTES);
  requireExecutable(header);
  requireHeaderSizes(header);
  return { offset: header.getBigUint64(32, true), count: header.getUint16(56, true) };
}

function requireMagic(header: DataView, size: number): void {
  const length = Math.min(header.byteLength, QUOTED_BYTES);
  const bytes = new Uint8Array(header.buffer, header.byteOffset, length);
  // A file shorter than the magic and equal to its beginning is a truncated executable.
  if (bytes.subarray(0, MAGIC.length).every((byte, index) => byte === MAGIC[index])) return;
  const begins = printable(bytes);
  throw new ImageError(
    'IMAGE_NOT_ELF',
    `the image is not an executable: it begins with ${begins}; expected a unikernel built for Solo5, ` +
      `which begins with ${printable(MAGIC)}`,
    { begins, size },
  );
}

function requireHeaderSizes(header: DataView): void {
  requireSize('file header', header.getUint16(52, true), FILE_HEADER_BYTES);
  requireSize('program header', header.getUint16(54, true), PROGRAM_HEADER_BYTES);
  const count = header.getUint16(56, true);
  if (count >= 1 && count <= MAX_PROGRAM_HEADERS) return;
  throw new ImageError(
    'IMAGE_HEADERS_INVALID',
    `the image is damaged: it claims ${count} program segments; expected 1 to ${MAX_PROGRAM_HEADERS}`,
    { field: 'program headers', found: count, maximum: MAX_PROGRAM_HEADERS },
  );
}

function requireSize(field: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new ImageError(
    'IMAGE_HEADERS_INVALID',
    `the image is damaged: it claims a ${field} of ${found} bytes; expected ${expected}`,
    { field, found, expected },
  );
}

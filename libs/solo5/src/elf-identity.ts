import { ImageError } from './image-error.ts';

/** One field of the file header that says what kind of executable the file is. */
interface Identity {
  readonly field: string;
  readonly at: number;
  readonly width: 1 | 2 | 4;
  readonly right: number;
  readonly names: Readonly<Record<number, string>>;
}

/** In this order: the meaning of each field is settled only by the ones before it. */
const IDENTITY: readonly Identity[] = [
  { field: 'class', at: 4, width: 1, right: 2, names: { 1: '32-bit', 2: '64-bit' } },
  { field: 'data', at: 5, width: 1, right: 1, names: { 1: 'little-endian', 2: 'big-endian' } },
  { field: 'version', at: 20, width: 4, right: 1, names: { 1: 'of ELF version 1' } },
  {
    field: 'machine',
    at: 18,
    width: 2,
    right: 62,
    names: {
      3: 'for i386 processors',
      21: 'for PowerPC64 processors',
      40: 'for ARM processors',
      62: 'for x86-64 processors',
      183: 'for AArch64 processors',
      243: 'for RISC-V processors',
    },
  },
  {
    field: 'type',
    at: 16,
    width: 2,
    right: 2,
    names: {
      1: 'an object file not yet linked',
      2: 'an executable with fixed addresses',
      3: 'a position-independent executable or shared library, as programs of the host are',
      4: 'a memory dump',
    },
  },
];

/**
 * Refuses executables that no Solo5 tender on x86-64 loads. Takes the file header, 64 bytes.
 *
 * @throws ImageError IMAGE_NOT_EXECUTABLE
 */
export function requireExecutable(header: DataView): void {
  for (const identity of IDENTITY) {
    const value = readUint(header, identity);
    if (value === identity.right) continue;
    const found = identity.names[value] ?? `of unknown ${identity.field}`;
    const expected = identity.names[identity.right] ?? '';
    throw new ImageError(
      'IMAGE_NOT_EXECUTABLE',
      `the image is ${found} (ELF ${identity.field} ${value}); a unikernel built for Solo5 is ` +
        `${expected} (ELF ${identity.field} ${identity.right})`,
      { field: identity.field, found: value, expected: identity.right },
    );
  }
}

function readUint(header: DataView, { at, width }: Identity): number {
  switch (width) {
    case 1:
      return header.getUint8(at);
    case 2:
      return header.getUint16(at, true);
    case 4:
      return header.getUint32(at, true);
  }
}

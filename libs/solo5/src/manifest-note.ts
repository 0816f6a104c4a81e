import type { Device } from './device.ts';
import { ImageError } from './image-error.ts';
import type { ImageErrorDetails } from './image-error.ts';
import { printable } from './printable.ts';

/** The handle of a device is a bit of a 64-bit set, and the first entry is taken. */
export const MAX_DEVICES = 63;
export const DEVICE_NAME_MAX_LENGTH = 67;

/** The content begins with 4 bytes of padding, which align what follows to 8 bytes in the file. */
const VERSION_AT = 4;
const ENTRY_COUNT_AT = 8;
const ENTRIES_AT = 12;
const ENTRY_BYTES = 104;
const NAME_BYTES = DEVICE_NAME_MAX_LENGTH + 1;
const TYPE_AT = 68;
const ATTACHED_AT = 96;

const MANIFEST_VERSION = 1;
const RESERVED_FIRST = 0x4000_0000;
const DEVICE_KINDS: ReadonlyMap<number, Device['kind']> = new Map([
  [1, 'block'],
  [2, 'net'],
]);
const DEVICE_NAME = /^[A-Za-z0-9]+$/;

/**
 * Reads the content of a manifest note:
 *
 *     +0 padding    +4 u32 version (1)    +8 u32 entries (1 to 64)    +12 the entries, 104 bytes each:
 *       +0 name, 68 bytes, filled up with at least one NUL    +68 u32 type (1 block, 2 net)
 *       +72 24 bytes that the tender fills    +96 u8 attached (0)    +97 padding
 *
 * The first entry has type 0x40000000 and no name; later entries of that type or above are
 * ignored. The devices are in the order of the manifest, which is the order of their handles.
 *
 * @throws ImageError IMAGE_MANIFEST_INVALID
 */
export function readManifest(content: DataView): readonly Device[] {
  const count = readEntryCount(content);
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1) {
    const device = readEntry(content, index);
    if (device === undefined) continue;
    // Tenders look a device up by kind and name, so a net and a block device may share a name.
    if (devices.some(({ name, kind }) => name === device.name && kind === device.kind)) {
      throw invalid(`names two ${device.kind} devices "${device.name}"; expected different names`, {
        device: device.name,
      });
    }
    devices.push(device);
  }
  return devices;
}

function readEntryCount(content: DataView): number {
  const size = content.byteLength;
  if (size < ENTRIES_AT) {
    throw invalid(`has ${size} bytes; expected at least ${ENTRIES_AT}`, {
      found: size,
      minimum: ENTRIES_AT,
    });
  }
  const version = content.getUint32(VERSION_AT, true);
  if (version !== MANIFEST_VERSION) {
    throw invalid(`has version ${version}; expected version ${MANIFEST_VERSION}`, {
      found: version,
      expected: MANIFEST_VERSION,
    });
  }
  const count = content.getUint32(ENTRY_COUNT_AT, true);
  if (count < 1 || count > MAX_DEVICES + 1) {
    throw invalid(`has ${count} entries; expected 1 to ${MAX_DEVICES + 1}`, {
      found: count,
      maximum: MAX_DEVICES + 1,
    });
  }
  const expected = ENTRIES_AT + count * ENTRY_BYTES;
  if (size !== expected) {
    throw invalid(`has ${size} bytes; expected ${expected} for its ${count} entries`, {
      found: size,
      expected,
    });
  }
  return count;
}

/** Returns undefined for an entry that is no device. */
function readEntry(content: DataView, index: number): Device | undefined {
  const at = ENTRIES_AT + index * ENTRY_BYTES;
  const bytes = new Uint8Array(content.buffer, content.byteOffset + at, ENTRY_BYTES);
  const type = content.getUint32(at + TYPE_AT, true);
  if (bytes[NAME_BYTES - 1] !== 0) {
    throw invalid(
      `has a name without an end in entry ${index}; expected at most ${DEVICE_NAME_MAX_LENGTH} characters`,
      { entry: index },
    );
  }
  if (bytes[ATTACHED_AT] !== 0) {
    throw invalid(`has entry ${index} marked as attached, which only a running tender does`, {
      entry: index,
    });
  }
  if (index === 0) return requireReserved(bytes, type);
  if (type >= RESERVED_FIRST) return undefined;
  const kind = DEVICE_KINDS.get(type);
  if (kind === undefined) {
    throw invalid(
      `has a device of unknown type ${type} in entry ${index}; expected 1 (block) or 2 (net)`,
      { entry: index, type },
    );
  }
  return { name: readName(bytes, index), kind };
}

function requireReserved(bytes: Uint8Array, type: number): undefined {
  if (type === RESERVED_FIRST && bytes[0] === 0) return undefined;
  throw invalid('does not begin with the reserved entry that every manifest begins with', {
    entry: 0,
    type,
  });
}

function readName(bytes: Uint8Array, index: number): string {
  const field = bytes.subarray(0, NAME_BYTES);
  const end = field.indexOf(0);
  const text = field.subarray(0, end);
  const name = String.fromCharCode(...text);
  const padded = field.subarray(end).every((byte) => byte === 0);
  if (padded && DEVICE_NAME.test(name)) return name;
  // The bytes after the NUL are shown too when they are what is wrong.
  const shown = printable(padded ? text : field);
  throw invalid(
    `names a device ${shown} in entry ${index}; expected 1 to ${DEVICE_NAME_MAX_LENGTH} letters and digits`,
    { entry: index, name: shown },
  );
}

function invalid(problem: string, details: ImageErrorDetails): ImageError {
  return new ImageError(
    'IMAGE_MANIFEST_INVALID',
    `the image's list of devices (manifest) ${problem}`,
    details,
  );
}

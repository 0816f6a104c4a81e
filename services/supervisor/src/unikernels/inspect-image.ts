import { Failure } from '@albatross/shared/contracts/failures';
import {
  describeDevices,
  ImageError,
  readNotes,
  type ImageNotes,
  type ImageSource,
} from '@albatross/solo5';
import { closeSync, openSync, readSync } from 'node:fs';

/** Reads the notes of an image file. Throws a `Failure` with the code of what is wrong with it. */
export function inspectImage(path: string, sizeBytes: number): ImageNotes {
  const fd = openSync(path, 'r');
  try {
    return readNotes(fileSource(fd, sizeBytes));
  } catch (error) {
    if (error instanceof ImageError) throw new Failure(error.code, error.message, error.details);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Synchronous: a few kilobytes of a file that was written a moment ago. */
function fileSource(fd: number, size: number): ImageSource {
  return {
    size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      const read = readSync(fd, bytes, 0, length, offset);
      return bytes.subarray(0, read);
    },
  };
}

/** Every device an image asks for must be given, and no other. Throws a `Failure`. */
export function checkDevices(notes: ImageNotes, given: Given): void {
  const devices: readonly Device[] = [
    ...given.nets.map(({ name }) => ({ name, kind: 'net' }) as const),
    ...given.blocks.map(({ name }) => ({ name, kind: 'block' }) as const),
  ];
  const missing = notes.devices.filter((one) => !devices.some((other) => isSame(one, other)));
  const unknown = devices.filter((one) => !notes.devices.some((other) => isSame(one, other)));
  if (missing.length === 0 && unknown.length === 0) return;
  const faults = [
    ...(missing.length === 0 ? [] : [`not given: ${describeDevices(missing)}`]),
    ...(unknown.length === 0 ? [] : [`not in the manifest: ${describeDevices(unknown)}`]),
  ];
  const wanted = notes.devices.length === 0 ? 'no devices' : describeDevices(notes.devices);
  throw new Failure(
    'DEVICES_MISMATCH',
    `the image's manifest asks for ${wanted}; ${faults.join('; ')}`,
    { manifest: notes.devices, given: devices },
  );
}

type Device = ImageNotes['devices'][number];

interface Given {
  readonly nets: readonly { readonly name: string }[];
  readonly blocks: readonly { readonly name: string }[];
}

function isSame(one: Device, other: Device): boolean {
  return one.name === other.name && one.kind === other.kind;
}

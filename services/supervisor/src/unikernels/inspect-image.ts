import { Failure } from '@albatross/shared/contracts/failures';
import {
  describeDevices,
  devicesBeside,
  devicesGiven,
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
export function checkDevices(notes: ImageNotes, given: Parameters<typeof devicesGiven>[0]): void {
  const devices = devicesGiven(given);
  const missing = devicesBeside(notes.devices, devices);
  const unknown = devicesBeside(devices, notes.devices);
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

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

/** Every device an image asks for must be given. Throws a `Failure`. */
export function checkDevices(notes: ImageNotes): void {
  if (notes.devices.length === 0) return;
  throw new Failure(
    'DEVICES_MISMATCH',
    `the image's manifest asks for ${describeDevices(notes.devices)}, and none was given`,
    { manifest: notes.devices, given: [] },
  );
}

import { readNotes, type Device } from '@albatross/solo5';
import { readSync } from 'node:fs';
import type { OpenFile } from '../read-file.ts';

/** The devices that the manifest of an image asks for, in its order. Throws an `ImageError`. */
export function devicesOfImage({
  fd,
  sizeBytes,
}: Pick<OpenFile, 'fd' | 'sizeBytes'>): readonly Device[] {
  return readNotes({ size: sizeBytes, read: (offset, length) => bytesAt(fd, offset, length) })
    .devices;
}

/** Synchronous: a few kilobytes. */
function bytesAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

import { Failure } from '@albatross/shared/contracts/failures';
import { describeDevices, ImageError, readNotes, type Device } from '@albatross/solo5';
import type { Configuration } from '@albatross/wire';
import { readSync } from 'node:fs';
import type { DownloadedImage } from './downloaded-image.ts';

/**
 * Whether a new image can take the place of one that was given these devices: the original's daemon looks only
 * when the old one is gone. Throws a `Failure` `BUILD_UNUSABLE`.
 */
export function checkImage(
  image: Pick<DownloadedImage, 'fd' | 'sizeBytes'>,
  { nets, blocks }: Pick<Configuration, 'nets' | 'blocks'>,
): void {
  const wanted = devicesOf(image);
  const given = [
    ...nets.map(({ name }): Device => ({ kind: 'net', name })),
    ...blocks.map(({ name }): Device => ({ kind: 'block', name })),
  ];
  const missing = wanted.filter((one) => !given.some((other) => isSame(one, other)));
  const unknown = given.filter((one) => !wanted.some((other) => isSame(one, other)));
  if (missing.length === 0 && unknown.length === 0) return;
  const faults = [
    ...(missing.length === 0 ? [] : [`it has no ${describeDevices(missing)}`]),
    ...(unknown.length === 0 ? [] : [`its ${describeDevices(unknown)} would not be used`]),
  ];
  throw unusable(
    `the new image asks for ${describeDevices(wanted)}; what runs was given others: ${faults.join(', and ')}`,
  );
}

function devicesOf({ fd, sizeBytes }: Pick<DownloadedImage, 'fd' | 'sizeBytes'>) {
  try {
    return readNotes({ size: sizeBytes, read: (offset, length) => bytesAt(fd, offset, length) })
      .devices;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw unusable(`what the repository has cannot be run: ${error.message} [${error.code}]`);
  }
}

function bytesAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

function isSame(one: Device, other: Device): boolean {
  return one.name === other.name && one.kind === other.kind;
}

function unusable(why: string): Failure {
  const next = 'Nothing was changed; "albatross get" and "create --force" replace it by hand';
  return new Failure('BUILD_UNUSABLE', `${why}. ${next}`);
}

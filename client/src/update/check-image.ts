import { Failure } from '@albatross/shared/contracts/failures';
import {
  describeDevices,
  devicesBeside,
  devicesGiven,
  ImageError,
  type Device,
} from '@albatross/solo5';
import type { Configuration } from '@albatross/wire';
import { devicesOfImage } from '../create/image-devices.ts';
import type { DownloadedImage } from './downloaded-image.ts';

/**
 * Whether a new image can take the place of one that was given these devices: the original's daemon looks only
 * when the old one is gone. Throws a `Failure` `BUILD_UNUSABLE`.
 */
export function checkImage(
  image: Pick<DownloadedImage, 'fd' | 'sizeBytes'>,
  configuration: Pick<Configuration, 'nets' | 'blocks'>,
): void {
  const wanted = devicesOf(image);
  const given = devicesGiven(configuration);
  const missing = devicesBeside(wanted, given);
  const unknown = devicesBeside(given, wanted);
  if (missing.length === 0 && unknown.length === 0) return;
  const faults = [
    ...(missing.length === 0 ? [] : [`it has no ${describeDevices(missing)}`]),
    ...(unknown.length === 0 ? [] : [`its ${describeDevices(unknown)} would not be used`]),
  ];
  throw unusable(
    `the new image asks for ${describeDevices(wanted)}; what runs was given others: ${faults.join(', and ')}`,
  );
}

function devicesOf(image: Pick<DownloadedImage, 'fd' | 'sizeBytes'>): readonly Device[] {
  try {
    return devicesOfImage(image);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw unusable(`what the repository has cannot be run: ${error.message} [${error.code}]`);
  }
}

function unusable(why: string): Failure {
  const next = 'Nothing was changed; "albatross get" and "create --force" replace it by hand';
  return new Failure('BUILD_UNUSABLE', `${why}. ${next}`);
}

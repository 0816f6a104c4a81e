import { Failure } from '@albatross/shared/contracts/failures';
import { ZVOL_FOLDER } from '@albatross/shared/domain/device';
import { pathOf, type PathName, type UnikernelName } from '@albatross/shared/domain/name';

/** Anything but the label of a block device of ours. */
export function isPath(device: string): boolean {
  return device.startsWith('/');
}

/**
 * A ZFS volume is none of ours: whoever may name one could name any. So only unikernels of exactly these
 * paths may, and only what is below the folder of volumes. Throws a `Failure` `ZVOL_DENIED`.
 */
export function requireZvol(
  owner: UnikernelName,
  device: string,
  allowed: readonly PathName[],
): void {
  if (!allowed.includes(pathOf(owner))) {
    throw new Failure(
      'ZVOL_DENIED',
      `unikernels in the path ${pathOf(owner)} may not use ZFS volumes; the operator can allow it, by ALBATROSS_ZVOL_PATHS`,
      { path: pathOf(owner), device },
    );
  }
  const segments = device.slice(ZVOL_FOLDER.length).split('/');
  if (device.startsWith(ZVOL_FOLDER) && segments.every(isSegment)) return;
  throw new Failure(
    'ZVOL_DENIED',
    `${JSON.stringify(device)} is no ZFS volume; one is written ${ZVOL_FOLDER}pool/volume, without "." and ".."`,
    { device },
  );
}

/** What stands between the slashes of a path, without what would lead out of it or cannot be seen. */
function isSegment(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && /^[\x21-\x7e]+$/.test(text);
}

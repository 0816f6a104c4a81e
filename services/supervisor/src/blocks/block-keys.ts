import { Failure } from '@albatross/shared/contracts/failures';
import { ZVOL_FOLDER, type BlockDevice } from '@albatross/shared/domain/device';
import {
  NameError,
  parseUnikernelName,
  pathOf,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import { basename } from 'node:path';
import type { BlockKey } from './block-uses.ts';
import { isPath } from './zvol.ts';

export function keysOf(owner: UnikernelName, devices: readonly BlockDevice[]): readonly BlockKey[] {
  return devices.map(({ device }) => (isPath(device) ? device : nameIn(owner, device)));
}

/** A unikernel names a device of its own path by its label, and no other. */
export function nameIn(owner: UnikernelName, label: string): UnikernelName {
  try {
    if (!label.includes(':')) return parseUnikernelName(`${pathOf(owner)}${label}`);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
  }
  const shown = JSON.stringify(label);
  throw new Failure('BLOCK_NOT_FOUND', `${shown} is no label of a block device`, { device: label });
}

/** What a tender has open by these paths. */
export function keysOfPaths(paths: readonly string[]): readonly BlockKey[] {
  return paths.flatMap((path) => {
    if (path.startsWith(ZVOL_FOLDER)) return [path];
    try {
      return [parseUnikernelName(basename(path))];
    } catch {
      return [];
    }
  });
}

import type { Tap } from '@albatross/shared/domain/device';
import { guestArguments } from '@albatross/shared/domain/unikernel';
import type { StartPlan } from '../host.ts';
import { deviceOptions } from '../tender-command.ts';

/**
 * The whole command of `solo5-hvt`, pinned as the original does. It is not started as a user of its own:
 * FreeBSD has no `setpriv`, and nothing that gives up privileges and then executes in the same process.
 */
export function hvtCommand(
  { config, tender, imagePath, blocks, nameForm }: StartPlan,
  taps: readonly Tap[],
): readonly string[] {
  return [
    'cpuset',
    '-l',
    config.cpus.join(','),
    tender.path,
    `--mem=${config.memoryMib}`,
    ...deviceOptions(taps, blocks),
    '--',
    imagePath,
    ...guestArguments(config, nameForm),
  ];
}

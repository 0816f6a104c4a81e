import { shellWord } from '@albatross/shared/runtime/shell-word';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText } from '../quantity.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';

/** Of a file system. */
export interface Room {
  /** For who is not root. */
  readonly freeBytes: number;
  readonly freeInodes: number;
  /** 0 where inodes are not counted. */
  readonly inodes: number;
}

/** Less than that, and `doctor` warns: an image or a console's history may soon not fit. */
export const FREE_BYTES_LOW_MIN = 1_073_741_824;
/** Less than that, and it says that there is none. */
export const FREE_BYTES_FAIL_MIN = 67_108_864;
/** The same of inodes: each unikernel takes some ten. */
export const FREE_INODES_LOW_MIN = 10_000;
export const FREE_INODES_FAIL_MIN = 500;

/** Whether there is room for what must last. */
export async function checkDisk({ folders }: HostPlace): Promise<readonly Finding[]> {
  let folder = folders.state;
  for (;;) {
    try {
      const { bavail, bsize, ffree, files } = await statfs(folder);
      return judgeRoom(folder, { freeBytes: bavail * bsize, freeInodes: ffree, inodes: files });
    } catch (error) {
      // Before it is made, what it will be made in is what matters.
      const parent = dirname(folder);
      if (parent === folder) {
        const why = error instanceof Error ? error.message : String(error);
        return [failed('disk', `nobody knows how much room there is: ${why}`, 'df -h')];
      }
      folder = parent;
    }
  }
}

/** `folder` is where it was looked. */
export function judgeRoom(folder: string, room: Room): readonly Finding[] {
  const { freeBytes, freeInodes, inodes } = room;
  const biggest = `sudo du -xh --max-depth=2 ${shellWord(folder)} | sort -h | tail`;
  const bytes = judgeAmount(`${bytesText(freeBytes)} free in ${folder}`, freeBytes, biggest, {
    low: FREE_BYTES_LOW_MIN,
    fail: FREE_BYTES_FAIL_MIN,
  });
  if (inodes === 0) return [bytes];
  const most = `sudo du -x --inodes --max-depth=2 ${shellWord(folder)} | sort -n | tail`;
  const limits = { low: FREE_INODES_LOW_MIN, fail: FREE_INODES_FAIL_MIN };
  return [bytes, judgeAmount(`${freeInodes} inodes free there`, freeInodes, most, limits)];
}

function judgeAmount(
  text: string,
  amount: number,
  mend: string,
  { low, fail }: { readonly low: number; readonly fail: number },
): Finding {
  if (amount < fail) return failed('disk', `only ${text}`, mend);
  return amount < low ? warned('disk', `only ${text}`, mend) : passed('disk', text);
}

import { writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** More than there can have been between two times that the log was brought to the disk. */
const PASSED_OVER = 100_000;

/**
 * The lowest number the next event may have. A power loss may take the newest events, whose numbers were
 * seen already; so after every boot of the machine some are passed over. The file `boot`, beside the
 * segments, says which boot that was done for:
 *
 * ```abnf
 * boot = boot-id SP floor LF    ; boot-id of /proc/sys/kernel/random
 * ```
 */
export async function floorOfNumbers(
  folder: string,
  lastSeq: number,
  bootId: string,
  onDefect: (error: unknown) => void,
): Promise<number> {
  const path = join(folder, 'boot');
  const text = await readFile(path, 'latin1').catch(() => '');
  const [, boot = '', digits = '1'] = /^(\S*) (\d{1,15})\n$/.exec(text) ?? [];
  const floor = Math.max(lastSeq + 1, Number(digits));
  if (boot === bootId && text !== '') return floor;
  const next = floor === 1 ? 1 : floor + PASSED_OVER;
  // Brings the segments' names to the disk, too. Done again at the next start when it fails.
  await writeFileAtomically(path, `${bootId} ${next}\n`).catch(onDefect);
  return next;
}

/** Empty where the machine does not tell. */
export async function readBootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '');
  return text.trim();
}

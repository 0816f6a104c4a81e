import { findProgram } from '@albatross/shared/runtime/find-program';
import { askProgram, type Answer } from './ask-program.ts';
import { failed, passed, warned, type Finding } from './finding.ts';
import type { HostPlace } from './host-place.ts';
import { lookAt } from './look-at.ts';

/** What there is to learn about the clock without asking the kernel, which Node.js cannot. */
export interface ClockSigns {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** systemd-timesyncd leaves a file when it has set the clock since the boot. */
  readonly isSetByTimesyncd: boolean;
  /** What `chronyc -n tracking` said; null where there is no such program. */
  readonly chrony: Answer | null;
}

const CHECK = 'clock';
/** A clock that says less was never set. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** Whether the clock can be believed, as certificates and the event log have to. */
export async function checkClock({ programFolders, now }: HostPlace): Promise<readonly Finding[]> {
  const timesyncd = await lookAt('/run/systemd/timesync/synchronized');
  const chronyc = findProgram('chronyc', programFolders);
  const chrony = chronyc === null ? null : await askProgram(chronyc, ['-n', 'tracking']);
  return [judgeClock({ now, isSetByTimesyncd: timesyncd.kind === 'there', chrony })];
}

export function judgeClock({ now, isSetByTimesyncd, chrony }: ClockSigns): Finding {
  if (now < EARLIEST) {
    const said = new Date(now).toISOString();
    return failed(CHECK, `it was never set: it says ${said}`, 'sudo date -s "YYYY-MM-DD hh:mm:ss"');
  }
  if (isSetByTimesyncd) return passed(CHECK, 'systemd-timesyncd has synchronised it');
  const leap = chrony?.kind === 'said' ? /^Leap status\s*:\s*(.+)$/m.exec(chrony.text)?.[1] : null;
  if (typeof leap === 'string' && !/not synchronised/i.test(leap))
    return passed(CHECK, 'chrony keeps it synchronised');
  if (typeof leap === 'string')
    return warned(CHECK, 'chrony has not synchronised it', 'sudo chronyc makestep');
  return warned(
    CHECK,
    'unknown: neither systemd-timesyncd nor chrony tells whether it is synchronised',
    'sudo apt-get install systemd-timesyncd',
  );
}

import type { Tap } from './device.ts';
import { parseUnikernelName, wireForm, type UnikernelName } from './name.ts';

/**
 * A life is one run of a unikernel, from the start of its tender to its end. Lives are numbered by one
 * counter of the whole host that is never set back, so a life's name is never used twice.
 *
 * Two flat folders are where supervisor, keeper, console and stats meet; nobody needs another to be alive:
 *
 * ```text
 * lives/<life>/fifo     what the guest prints
 *              drain    the supervisor writes "begin" into it when the tender may be started;
 *                       console writes "read" into it when it has read everything, and behind it the
 *                       status the guest gave as its own, if the last lines tell one: "read 3"
 *              tender   first line of the tender's /proc/PID/stat, written by the keeper
 *              life     JSON, `LifeRecord`
 * exits/<life>          "STATUS REASON", see `parseExit`, or `UNSAID`
 * ```
 *
 * A life is built as `lives/.new_<life>` and renamed once it is complete.
 */
export type LifeName = string & { readonly [lifeBrand]: true };

declare const lifeBrand: unique symbol;

/** What stands before the name of a life that is being built. No label holds `_`: it is no life's name. */
export const LIFE_DRAFT_PREFIX = '.new_';

/** Whether that is the folder of a life that is being built, and of no concern to others. */
export function isLifeDraft(folder: string): boolean {
  return folder.startsWith(LIFE_DRAFT_PREFIX);
}

export interface Life {
  readonly unikernel: UnikernelName;
  readonly number: number;
}

/** What stands about a running life in its folder. */
export interface LifeRecord {
  /** The tender's process. */
  readonly pid: number;
  /** Field 22 of the tender's /proc/PID/stat: clock ticks since boot. With `pid` and `bootId` it names the process for ever. */
  readonly startTicks: number;
  readonly bootId: string;
  /** The user the tender runs as. */
  readonly uid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The taps that were made for it, and go with it. */
  readonly taps: readonly Tap[];
}

/** `:hello@7` */
export function lifeName(life: Life): LifeName {
  return `${wireForm(life.unikernel)}@${life.number}` as LifeName;
}

/** Reads the name of a life's folder or exit file; null for anything else, as for one still being built. */
export function parseLifeName(text: string): Life | null {
  // There are many at times, and to refuse a name is dear.
  if (isLifeDraft(text)) return null;
  const match = /^(?<name>[^@]+)@(?<number>[1-9][0-9]{0,14})$/.exec(text);
  if (match?.groups === undefined) return null;
  try {
    const unikernel = parseUnikernelName(match.groups['name'] ?? '');
    const life = { unikernel, number: Number(match.groups['number']) };
    // A name may be written in several ways, a life's in one: no two files are the same life.
    return lifeName(life) === text ? life : null;
  } catch {
    return null;
  }
}

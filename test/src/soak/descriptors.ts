import { readdirSync, readlinkSync } from 'node:fs';
import { commandOf, processStat } from '../harness/traces.ts';
import type { Verdict } from './verdict.ts';

/** Open files of one process by their kind, as `socket`, `pipe`, `anon_inode:[eventpoll]`, `file`, `history`. */
export type Descriptors = ReadonlyMap<string, number>;

/** Of names under which nothing runs any more, by console: 64, and the one it was asked for last. Each is one open file. */
export const HISTORIES_KEPT_OPEN = 65;
const KEPT = new Map([['history', HISTORIES_KEPT_OPEN]]);
const PIPES = 3;
const HISTORY = '/lib/console/';

/** None of a process that is not there. */
export function descriptorsOf(pid: number): Descriptors {
  const kinds = new Map<string, number>();
  for (const fd of list(`/proc/${pid}/fd`)) {
    const kind = kindOf(`/proc/${pid}/fd/${fd}`);
    if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const others = PIPES * list('/proc').filter((one) => isTool(Number(one), pid)).length;
  if (others > 0) kinds.set('socket', (kinds.get('socket') ?? 0) - others);
  return kinds;
}

/** The supervisor keeps one `ip` or two, as they last, and three sockets to each. */
function isTool(pid: number, parent: number): boolean {
  return pid > 0 && processStat(pid)?.parent === parent && commandOf(pid) === 'ip';
}

/** What is open at rest, and was not while nothing had been done yet. */
export function excessOf(idle: Descriptors, after: Descriptors): readonly string[] {
  return [...after].flatMap(([kind, amount]) => {
    const before = Math.max(idle.get(kind) ?? 0, KEPT.get(kind) ?? 0);
    return amount > before ? [`${amount} of kind ${kind}, and ${before} are expected`] : [];
  });
}

export function judgeDescriptors(name: string, idle: Descriptors, after: Descriptors): Verdict {
  const found = `${sum(idle)} at idle, ${sum(after)} after`;
  return { what: `open files of ${name}`, found, problems: excessOf(idle, after) };
}

function sum(descriptors: Descriptors): number {
  return [...descriptors.values()].reduce((all, amount) => all + amount, 0);
}

/** Null for one that was closed meanwhile. */
function kindOf(link: string): string | null {
  try {
    const target = readlinkSync(link);
    if (target.includes(HISTORY)) return 'history';
    return target.startsWith('/') ? 'file' : target.replace(/:\[\d+\]$/, '');
  } catch {
    return null;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

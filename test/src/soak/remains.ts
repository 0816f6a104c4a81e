import { fifosFolder } from '@albatross/shared/runtime/folders';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FIFOS_READY_MAX } from '../../../services/supervisor/src/host/fifo-stock.ts';
import { lifeProcesses } from '../chaos/life-processes.ts';
import type { RunningSystem } from '../harness/running-system.ts';
import { commandOf, systemProcesses } from '../harness/traces.ts';

/** Processes that nobody took leave of, of those that are `ours`: the number, the program, and the parent. */
export function zombies(ours: readonly number[]): readonly string[] {
  return processIds().flatMap((pid) => {
    const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
    const [state, parent] = [fields[0], Number(fields[1])];
    if (state !== 'Z' || !(ours.includes(parent) || ours.includes(pid))) return [];
    return [`process ${pid} (${commandOf(pid)}) of ${parent} (${commandOf(parent)})`];
  });
}

/** Keepers, tenders, and whoever else was started for this system and is none of those that stay. */
export function strayProcesses(
  { dir, folders }: RunningSystem,
  staying: readonly number[],
): readonly string[] {
  const strangers = systemProcesses(dir).filter((pid) => !staying.includes(pid));
  return [
    ...lifeProcesses(folders).map(({ pid, role, life }) => `${role} ${pid} of ${life}`),
    ...strangers.map((pid) => `${commandOf(pid)} ${pid}`),
  ];
}

/** Fifos, wherever they are, but for those that supervisor has ready for lives to come. */
export function fifosLeft({ dir, folders }: RunningSystem): readonly string[] {
  const ready = fifosFolder(folders);
  const fifos = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFIFO())
    .map((entry) => join(entry.parentPath, entry.name));
  const others = fifos.filter((path) => dirname(path) !== ready);
  return fifos.length - others.length <= FIFOS_READY_MAX ? others : fifos;
}

/** Cgroups beside that of a supervisor; null where it was given none to divide. */
export function cgroupsBeside(supervisor: number): readonly string[] | null {
  const own = /^0::(.*)\/supervisor$/m.exec(read(`/proc/${supervisor}/cgroup`))?.[1];
  if (own === undefined) return null;
  return readdirSync(join('/sys/fs/cgroup', own), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'supervisor')
    .map(({ name }) => name);
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

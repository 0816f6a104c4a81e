import { readFileSync } from 'node:fs';

/** More than any kernel counts; a list that claims more is none. */
const CPU_MAX = 65_535;

/** CPUs of this machine that can be used now, ascending. */
export function onlineCpus(): readonly number[] {
  return read('/sys/devices/system/cpu/online', /^(.*)$/m);
}

/** CPUs that we, and whatever we start, may run on, ascending. */
export function ownCpus(): readonly number[] {
  return read('/proc/self/status', /^Cpus_allowed_list:\s*(.*)$/m);
}

function read(path: string, pattern: RegExp): readonly number[] {
  const text = pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  const cpus = parseCpuList(text);
  if (cpus === null) throw new Error(`${path} holds no list of CPUs: ${JSON.stringify(text)}`);
  return cpus;
}

/**
 * ```text
 * list  = range *("," range)
 * range = cpu ["-" cpu]            as in `0-3,8`
 * ```
 *
 * Ascending, each once; null for text of another shape.
 */
export function parseCpuList(text: string): readonly number[] | null {
  const cpus = new Set<number>();
  for (const range of text.trim().split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
    if (match === null) return null;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first || last > CPU_MAX) return null;
    for (let cpu = first; cpu <= last; cpu += 1) cpus.add(cpu);
  }
  return [...cpus].toSorted((a, b) => a - b);
}

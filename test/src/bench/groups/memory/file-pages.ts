import { readFileSync } from 'node:fs';

/**
 * KiB of files that these processes have mapped and that Pss leaves to others who have mapped them as well, as the
 * programs of a benchmark have: of each file, what any of them has of it, and none of them is told.
 *
 * ```text
 * 5581e3a4e000-5581e3a52000 r-xp 00002000 fe:00 4058          /usr/bin/node
 * Rss:                  16 kB
 * Pss:                   4 kB
 * ```
 */
export function pagesOfOthersKib(pids: readonly number[]): number {
  const files = new Map<string, { most: number; told: number }>();
  for (const pid of pids) {
    for (const [file, { rss, pss }] of filesOf(readFileSync(`/proc/${pid}/smaps`, 'latin1'))) {
      const { most, told } = files.get(file) ?? { most: 0, told: 0 };
      files.set(file, { most: Math.max(most, rss), told: told + pss });
    }
  }
  return [...files.values()].reduce((sum, { most, told }) => sum + Math.max(0, most - told), 0);
}

function filesOf(smaps: string): ReadonlyMap<string, { rss: number; pss: number }> {
  const files = new Map<string, { rss: number; pss: number }>();
  let file: { rss: number; pss: number } | null = null;
  for (const line of smaps.split('\n')) {
    const [, path] = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ +(\/.*)$/.exec(line) ?? [];
    const [, key, kib] = /^(Rss|Pss): +(\d+) kB$/.exec(line) ?? [];
    if (path !== undefined) {
      file = files.get(path) ?? { rss: 0, pss: 0 };
      files.set(path, file);
    } else if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) file = null;
    else if (key === 'Rss' && file !== null) file.rss += Number(kib);
    else if (key === 'Pss' && file !== null) file.pss += Number(kib);
  }
  return files;
}

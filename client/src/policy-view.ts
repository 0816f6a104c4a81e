import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import { cpuRanges } from '@albatross/shared/domain/policy-words';
import type { Line } from './colour.ts';
import { table } from './table.ts';

/** The stable shape that programs get: times as RFC 3339, everything else as on the bus. */
export function policyToJson(entry: PolicyEntry): object {
  const { setAt } = entry;
  return { ...entry, setAt: setAt === null ? null : new Date(setAt).toISOString() };
}

/** What is used of what is allowed, with a heading. */
export function policyTable(entries: readonly PolicyEntry[]): readonly Line[] {
  return table(
    ['PATH', 'UNIKERNELS', 'MEMORY', 'BLOCK', 'CPUS', 'BRIDGES', 'SET'],
    entries.map(({ path, policy, usage, setAt }) => [
      path,
      `${usage.unikernels}/${limitText(policy.unikernels)}`,
      `${usage.memoryMib}/${limitText(policy.memoryMib)} MiB`,
      policy.blockMib === null ? 'none' : `${usage.blockMib}/${limitText(policy.blockMib)} MiB`,
      listText(cpuRanges(policy.cpus)),
      listText(policy.bridges),
      setAt === null ? 'machine' : new Date(setAt).toISOString().replace(/\.\d+Z$/, 'Z'),
    ]),
  );
}

/** The machine itself does not count unikernels. */
export function limitText(amount: number): string {
  return amount === Number.MAX_SAFE_INTEGER ? 'any' : String(amount);
}

export function listText(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(',');
}

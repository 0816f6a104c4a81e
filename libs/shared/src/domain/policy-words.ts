/** What a policy limits in number. */
export type AmountResource = 'unikernels' | 'memoryMib' | 'blockMib';

/** `2 unikernels`, `64 MiB of memory`, `no block storage`. */
export function amountOf(resource: AmountResource, amount: number): string {
  const count = amount === 0 ? 'no' : resource === 'unikernels' ? `${amount}` : `${amount} MiB of`;
  return `${count} ${NOUNS[resource]}${resource === 'unikernels' && amount !== 1 ? 's' : ''}`;
}

const NOUNS: Readonly<Record<AmountResource, string>> = {
  unikernels: 'unikernel',
  memoryMib: 'memory',
  blockMib: 'block storage',
};

/** `2`, `64 MiB`: where it is clear what is meant. */
export function numberOf(resource: AmountResource, amount: number): string {
  return resource === 'unikernels' ? `${amount}` : `${amount} MiB`;
}

/** `is` for one, `are` for any other number of unikernels and for all other amounts. */
export function isOrAre(resource: AmountResource, amount: number): 'is' | 'are' {
  return resource === 'unikernels' && amount === 1 ? 'is' : 'are';
}

/** `the CPUs 0-3, 8`, `the bridge br0`, `no bridges`. */
export function choiceOf(
  resource: 'cpus' | 'bridges',
  choice: readonly number[] | readonly string[],
): string {
  const noun = resource === 'cpus' ? 'CPU' : 'bridge';
  if (choice.length === 0) return `no ${noun}s`;
  return `the ${noun}${choice.length === 1 ? '' : 's'} ${listOf(choice)}`;
}

/** `0-3, 8`; of many, the first. */
export function listOf(choice: readonly (number | string)[]): string {
  const words = choice.every((one) => typeof one === 'number') ? cpuRanges(choice) : choice;
  const left = words.length - LISTED_MAX;
  const shown = words.slice(0, LISTED_MAX).join(', ');
  return left > 0 ? `${shown} and ${left} more` : shown;
}

const LISTED_MAX = 10;

/** Ascending numbers as people write them: `0-3`, `8`. */
export function cpuRanges(cpus: readonly number[]): readonly string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const cpu of cpus) {
    const newest = ranges.at(-1);
    if (newest?.last === cpu - 1) newest.last = cpu;
    else ranges.push({ first: cpu, last: cpu });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
}

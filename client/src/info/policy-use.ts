import type { PolicyEntry } from '@albatross/shared/contracts/policy';
import { amountOf, choiceOf, type AmountResource } from '@albatross/shared/domain/policy-words';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import type { Amounts } from '@albatross/shared/domain/usage';

/** `2 of 4 unikernels, 96 of 256 MiB, 16 of 100 MiB of block storage, CPUs 0-1, bridge service` */
export function policyUseWords({ policy, usage }: Pick<PolicyEntry, 'policy' | 'usage'>): string {
  const { unikernels, memoryMib, blockMib, cpus, bridges } = policy;
  return [
    // The machine itself does not count unikernels.
    unikernels >= POLICY_UNIKERNELS_MAX
      ? amountOf('unikernels', usage.unikernels)
      : `${usage.unikernels} of ${amountOf('unikernels', unikernels)}`,
    `${usage.memoryMib} of ${memoryMib} MiB`,
    blockMib === null
      ? amountOf('blockMib', 0)
      : `${usage.blockMib} of ${blockMib} MiB of block storage`,
    ...[choiceOf('cpus', cpus), choiceOf('bridges', bridges)].map(withoutArticle),
  ].join(', ');
}

/** What is held where nothing limits it: `2 unikernels, 96 MiB of memory`. */
export function usageWords(usage: Amounts): string {
  const held = RESOURCES.filter((resource) => usage[resource] > 0);
  if (held.length === 0) return 'nothing';
  return held.map((resource) => amountOf(resource, usage[resource])).join(', ');
}

const RESOURCES: readonly AmountResource[] = ['unikernels', 'memoryMib', 'blockMib'];

function withoutArticle(words: string): string {
  return words.replace(/^the /, '');
}

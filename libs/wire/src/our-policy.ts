import type { Policy } from '@albatross/shared/domain/policy';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import { ascending } from './ascending.ts';
import { INTEGER_MAX } from './der/reader.ts';
import type { WirePolicy } from './policy.ts';

/** The same as ours. What ours cannot be is left as it is, for whoever takes the request to refuse. */
export function policyOf(written: WirePolicy): Policy {
  const { unikernels, memory, cpuids, block, bridges } = written;
  return {
    // The original's greatest number stands for no limit, as ours does.
    unikernels: Number(unikernels > POLICY_UNIKERNELS_MAX ? POLICY_UNIKERNELS_MAX : unikernels),
    memoryMib: memory,
    cpus: cpuids,
    blockMib: block,
    bridges,
  };
}

/** Ours as the wire has it. Throws `RangeError` for numbers that are not whole. */
export function wirePolicyOf(policy: Policy): WirePolicy {
  const { unikernels, memoryMib, cpus, blockMib, bridges } = policy;
  return {
    unikernels: unikernels >= POLICY_UNIKERNELS_MAX ? INTEGER_MAX : BigInt(unikernels),
    memory: memoryMib,
    cpuids: ascending(cpus),
    block: blockMib,
    bridges: [...new Set(bridges)].toSorted(),
  };
}

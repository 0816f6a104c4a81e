import type { Policy } from './policy.ts';

/**
 * What holds at the root: what the machine has, unless the operator chose other numbers. Those may be
 * larger, as memory may be promised more often than it is there; CPUs and bridges that the machine does
 * not have cannot be used, whoever says so.
 */
export function rootPolicy(machine: Policy, chosen: Policy | undefined): Policy {
  if (chosen === undefined) return machine;
  return {
    ...chosen,
    cpus: chosen.cpus.filter((cpu) => machine.cpus.includes(cpu)),
    bridges: chosen.bridges.filter((bridge) => machine.bridges.includes(bridge)),
  };
}

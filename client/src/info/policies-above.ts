import type { Requests } from '@albatross/shared/bus/bus';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import { ancestry } from '@albatross/shared/domain/ancestry';
import { pathOf, ROOT, type PathName, type UnikernelName } from '@albatross/shared/domain/name';

/** The policies that hold for a unikernel, that of its own path first; the root's only where there is no other. */
export async function policiesAbove(
  bus: Requests,
  name: UnikernelName,
): Promise<readonly PolicyEntry[]> {
  const paths = ancestry(pathOf(name)).filter((path) => path !== ROOT);
  const found = (await Promise.all(paths.map(async (path) => await policyOf(bus, path)))).flat();
  return found.length === 0 ? await policyOf(bus, ROOT) : found;
}

/** A path's own policy stands before those below it. */
async function policyOf(bus: Requests, path: PathName): Promise<readonly PolicyEntry[]> {
  const { policies } = await bus.request(listPolicies, { name: path });
  return policies.slice(0, 1).filter((entry) => entry.path === path);
}

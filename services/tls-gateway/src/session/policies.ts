import { allPages, type From } from '@albatross/shared/bus/all-pages';
import {
  addPolicy,
  assertPolicies,
  listPolicies,
  removePolicy,
} from '@albatross/shared/contracts/policy';
import { isPathName, pathOf, ROOT, type Name, type PathName } from '@albatross/shared/domain/name';
import {
  policyOf,
  relativeName,
  wirePolicyOf,
  type WirePolicy,
  type WireReply,
} from '@albatross/wire';
import { randomUUID } from 'node:crypto';
import type { Order } from './order.ts';
import { inWireOrder } from './wire-order.ts';

/** Sets the policies that the client's certificates carry, all or none. Throws a `Failure`. */
export async function assertChain({ policies, requests }: Order): Promise<void> {
  if (policies.length === 0) return;
  await requests.request(assertPolicies, {
    id: randomUUID(),
    name: ROOT,
    policies: policies.map(({ path, policy, setAt }) => ({
      path,
      policy: policyOf(policy),
      // A certificate may be older than what we count from.
      setAt: Math.max(0, setAt),
    })),
  });
}

/** Those of a path and below it. Throws a `Failure`. */
export async function policyInfo({ name, requests }: Order): Promise<WireReply> {
  const path = meantPath(name);
  const pages = await allPages(
    async (from: From<PathName>) => await requests.request(listPolicies, { name: path, ...from }),
  );
  const entries = pages.flatMap(({ policies }) => policies);
  return {
    kind: 'policies',
    policies: inWireOrder(entries, (entry) => entry.path).map((entry) => ({
      name: relativeName(entry.path, path),
      policy: wirePolicyOf(entry.policy),
    })),
  };
}

/** Throws a `Failure`. */
export async function setPolicy({ name, requests }: Order, policy: WirePolicy): Promise<string> {
  const body = { id: randomUUID(), name: meantPath(name), policy: policyOf(policy) };
  const { changed } = await requests.request(addPolicy, body);
  return changed ? 'added policy' : 'no modification of policy';
}

/** Throws a `Failure`. */
export async function dropPolicy({ name, requests }: Order): Promise<string> {
  await requests.request(removePolicy, { id: randomUUID(), name: meantPath(name) });
  return 'removed policy';
}

/** A label is passed over, as the original does. */
function meantPath(name: Name): PathName {
  return isPathName(name) ? name : pathOf(name);
}

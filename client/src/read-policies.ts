import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Requests } from '@albatross/shared/bus/bus';
import { listPolicies, type PolicyEntry } from '@albatross/shared/contracts/policy';
import type { PathName } from '@albatross/shared/domain/name';

/** Those at and below a path. Throws a `Failure`. */
export async function readPolicies(bus: Requests, name: PathName): Promise<readonly PolicyEntry[]> {
  const pages = await allPages(
    async (from: From<PathName>) => await bus.request(listPolicies, { name, ...from }),
  );
  return pages.flatMap(({ policies }) => policies);
}

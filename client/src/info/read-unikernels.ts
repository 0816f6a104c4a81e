import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Requests } from '@albatross/shared/bus/bus';
import { listUnikernels, type UnikernelSummary } from '@albatross/shared/contracts/unikernel-list';
import type { Name, UnikernelName } from '@albatross/shared/domain/name';

/** Those at and below a path, by name. Throws a `Failure`. */
export async function readUnikernels(
  bus: Requests,
  name: Name,
): Promise<readonly UnikernelSummary[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listUnikernels, { name, ...from }),
  );
  return pages.flatMap(({ unikernels }) => unikernels);
}

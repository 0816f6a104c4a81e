import { allPages, type From } from '@albatross/shared/bus/all-pages';
import type { Requests } from '@albatross/shared/bus/bus';
import { listBlocks, type BlockEntry } from '@albatross/shared/contracts/block';
import type { Name, UnikernelName } from '@albatross/shared/domain/name';

/** Block devices at and below a path, or the one of a name. Throws a `Failure`. */
export async function readBlocks(bus: Requests, name: Name): Promise<readonly BlockEntry[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listBlocks, { name, ...from }),
  );
  return pages.flatMap(({ blocks }) => blocks);
}

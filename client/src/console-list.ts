import type { Bus } from '@albatross/shared/bus/bus';
import { listConsoles, type ConsoleSummary } from '@albatross/shared/contracts/console';
import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import { allPages, type From } from './all-pages.ts';

/** The consoles at and below a path, by name. Throws a `Failure`. */
export async function consolesWithin(
  bus: Pick<Bus, 'request'>,
  name: PathName,
): Promise<readonly ConsoleSummary[]> {
  const pages = await allPages(
    async (from: From<UnikernelName>) => await bus.request(listConsoles, { name, ...from }),
  );
  return pages.flatMap(({ consoles }) => consoles);
}

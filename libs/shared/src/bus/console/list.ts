import { listConsoles, type ConsoleSummary } from '../../contracts/console.ts';
import type { PathName, UnikernelName } from '../../domain/name.ts';
import { allPages, type From } from '../all-pages.ts';
import type { Bus } from '../bus.ts';

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

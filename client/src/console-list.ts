import type { Bus } from '@albatross/shared/bus/bus';
import { listConsoles, type ConsoleSummary } from '@albatross/shared/contracts/console';
import type { ReplyOf } from '@albatross/shared/contracts/request';
import type { PathName, UnikernelName } from '@albatross/shared/domain/name';

/** The consoles at and below a path, by name. Throws a `Failure`. */
export async function consolesWithin(
  bus: Pick<Bus, 'request'>,
  name: PathName,
): Promise<readonly ConsoleSummary[]> {
  const found: ConsoleSummary[] = [];
  let after: UnikernelName | undefined;
  do {
    const page: ReplyOf<typeof listConsoles> = await bus.request(listConsoles, {
      name,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.consoles);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

import type { PathName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { withBus, type Session } from '../session.ts';
import { toJson } from '../unikernel-view.ts';
import { readUnikernels } from './read-unikernels.ts';
import { unikernelTable } from './unikernel-table.ts';
import { newestUsage, usageOf, usageToJson } from './usage.ts';

/** Shows the unikernels at and below a path. Throws a `Failure`. */
export async function showList(session: Session, command: Command, path: PathName): Promise<void> {
  const [unikernels, newest] = await withBus(session, command, async (bus) => {
    return await Promise.all([readUnikernels(bus, path), newestUsage(bus, path)]);
  });
  const now = Date.now();
  const found = unikernels.map((one) => ({ unikernel: one, usage: usageOf(one, newest, now) }));
  const objects = found.map(({ unikernel, usage }) => ({
    ...toJson(unikernel),
    usage: usageToJson(usage),
  }));
  session.output.list(objects, unikernelTable(found, now), 'no unikernels');
}

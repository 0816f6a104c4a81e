import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { policyToJson } from '../policy-view.ts';
import { withBus, type Session } from '../session.ts';
import { toJson } from '../unikernel-view.ts';
import { policiesAbove } from './policies-above.ts';
import { readUnikernel } from './read-unikernel.ts';
import { unikernelLines } from './unikernel-lines.ts';
import { unikernelTable } from './unikernel-table.ts';
import { newestUsage, usageOf, usageToJson } from './usage.ts';

/** Shows all there is to know of one unikernel. Throws a `Failure`. */
export async function showOne(
  session: Session,
  command: Command,
  name: UnikernelName,
): Promise<void> {
  const [unikernel, newest, policies] = await withBus(session, command, async (bus) => {
    return await Promise.all([
      readUnikernel(bus, name),
      newestUsage(bus, name),
      policiesAbove(bus, name),
    ]);
  });
  if (unikernel === null) return session.output.list([], [], 'no unikernels');
  const now = Date.now();
  const usage = usageOf(unikernel, newest, now);
  const shown = { unikernel, usage };
  const lines = [...unikernelTable([shown], now), ...unikernelLines(shown, policies, now)];
  const json = {
    ...toJson(unikernel),
    usage: usageToJson(usage),
    policies: policies.map(policyToJson),
  };
  session.output.list([json], lines, 'no unikernels');
}

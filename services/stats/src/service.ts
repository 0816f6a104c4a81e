import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint, type Endpoint } from '@albatross/shared/bus/serve';
import type { DomainUse } from '@albatross/shared/contracts/heartbeat';
import { addProcess, listStats, removeProcess } from '@albatross/shared/contracts/stats';
import { hostStats } from '@albatross/shared/contracts/host-stats';
import type { PathName } from '@albatross/shared/domain/name';
import type { Logger } from '@albatross/shared/runtime/logger';
import { VERSION } from '@albatross/shared/runtime/version';
import { pathPage } from './path-use.ts';
import type { Stats } from './stats.ts';

interface Options {
  readonly intervalMs: number;
}

interface Dependencies {
  readonly stats: Pick<Stats, 'samples' | 'host' | 'add' | 'remove'>;
  /** As the supervisor told last. */
  readonly heartbeats: { domains(): ReadonlyMap<PathName, DomainUse> };
  readonly log: Pick<Logger, 'warn'>;
}

export async function serveStats(
  bus: Pick<Bus, 'serve'>,
  options: Options,
  dependencies: Dependencies,
): Promise<void> {
  await bus.serve({
    service: 'stats',
    version: VERSION,
    endpoints: endpoints(options, dependencies),
    onDrop: (subject, why) => dependencies.log.warn('request dropped', { subject, why }),
  });
}

/** Binds the contract to what carries it out. */
function endpoints(
  { intervalMs }: Options,
  { stats, heartbeats }: Dependencies,
): readonly Endpoint[] {
  return [
    endpoint(listStats, (body) => ({ ...stats.samples.page(body), intervalMs })),
    endpoint(hostStats, async (body) => ({
      host: stats.host,
      ...pathPage(body, stats.samples.all, heartbeats.domains()),
    })),
    endpoint(addProcess, async (body) => {
      await stats.add(body);
      return {};
    }),
    endpoint(removeProcess, async ({ name }) => {
      await stats.remove(name);
      return {};
    }),
  ];
}

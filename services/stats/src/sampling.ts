import { isLifeDraft } from '@albatross/shared/domain/life';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Scope } from '@albatross/shared/runtime/scope';
import { FolderWatch } from '@albatross/shared/runtime/watch-folder';
import { Rhythm } from './rhythm.ts';
import type { Stats } from './stats.ts';
import { Troubles } from './troubles.ts';

interface Options {
  readonly lives: string;
  readonly intervalMs: number;
}

interface Dependencies {
  readonly scope: Scope;
  readonly stats: Pick<Stats, 'reconcile' | 'sweep'>;
  readonly log: Logger;
}

/** A unikernel that was just created has its console to be read first. */
const PATIENCE_MS = 50;

/** Samples a life when it is first seen, and all of them once an interval. */
export async function startSampling(
  { lives, intervalMs }: Options,
  { scope, stats, log }: Dependencies,
): Promise<Rhythm> {
  const troubles = new Troubles(log);
  const watch = await FolderWatch.start({
    path: lives,
    isOfNoConcern: isLifeDraft,
    patienceMs: PATIENCE_MS,
    onScan: async (names) => {
      troubles.over(lives);
      await stats.reconcile(names);
    },
    onDefect: (error) => troubles.warn(lives, 'the lives cannot be observed', { error }),
  });
  scope.use(watch);
  return scope.use(
    new Rhythm({
      intervalMs,
      onBeat: async () => await stats.sweep(),
      onDefect: (error) => log.error('defect', { where: 'sweep', error }),
    }),
  );
}

import type { RunningSystem } from '../harness/running-system.ts';
import { processStat } from '../harness/traces.ts';
import type { Disturbances } from './disturbances.ts';
import type { Figures } from './figures.ts';
import type { Journal } from './journal.ts';
import { lifeProcesses } from './life-processes.ts';
import type { Dice } from './random.ts';

interface Parts {
  readonly system: RunningSystem;
  readonly dice: Dice;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly disturbances: Disturbances;
}

/**
 * Kills somebody whom nobody restarts, of a life that is complete: one that is being started says itself that
 * it could not be.
 */
export function killInLife(
  role: 'tender' | 'keeper',
  { system, dice, figures, journal, disturbances }: Parts,
  isFit: (life: string) => boolean = () => true,
): void {
  const found = lifeProcesses(system.folders)
    .filter((one) => one.role === role && !one.life.startsWith('.') && isFit(one.life))
    .toSorted((a, b) => (a.life < b.life ? -1 : 1));
  if (found.length === 0) return;
  const { pid, startTicks, life } = dice.pick(found);
  disturbances.note(life, role);
  if (processStat(pid)?.startTicks !== startTicks) return;
  journal.write('SIGKILL', role, pid, life);
  process.kill(pid, 'SIGKILL');
  figures.kill(role);
}

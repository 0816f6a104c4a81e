import type { Exit } from '@albatross/shared/domain/exit';
import type { Life } from '@albatross/shared/domain/life';
import type { ObservedLife, TenderProcess } from './host/host.ts';

/** How long a keeper may stay silent after its tender is gone before the end counts as unknown. */
export const SILENCE_MAX_MS = 10_000;
/** How long, and how many, keepers may wait for console to read what is left. */
export const DRAIN_MAX_MS = 60 * 60_000;
export const DRAINING_MAX = 256;

export type Verdict =
  /** A life of ours ended. */
  | { readonly kind: 'ended'; readonly life: Life; readonly exit: Exit }
  /** A tender ended in part: one of its threads goes on, and nothing but SIGKILL ends that. */
  | { readonly kind: 'wedged'; readonly life: Life; readonly process: TenderProcess }
  /** A tender runs that nothing wants: its unikernel was destroyed, and whoever did it died before it could end it. */
  | { readonly kind: 'orphan'; readonly life: Life; readonly process: TenderProcess }
  /** A keeper waits until console has read everything. */
  | { readonly kind: 'draining'; readonly life: Life }
  /** It waited long enough. */
  | { readonly kind: 'release'; readonly life: Life }
  /** Nothing of this life is left but its traces. */
  | { readonly kind: 'over'; readonly life: Life };

export interface Knowledge {
  /** `starting`: being started at this moment, nothing it shows means anything yet. */
  standing(life: Life): 'starting' | 'current' | 'past';
  /** How long this life has been without a living tender. */
  silentMs(life: Life): number;
}

/** What follows from what the folders and the process table show. */
export function judge(lives: readonly ObservedLife[], knowledge: Knowledge): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const draining: Life[] = [];
  for (const seen of lives) {
    const standing = knowledge.standing(seen.life);
    if (standing === 'starting') continue;
    if (standing === 'current') verdicts.push(...judgeCurrent(seen, knowledge));
    else if (seen.isTenderAlive && seen.record !== null) {
      verdicts.push({ kind: 'orphan', life: seen.life, process: seen.record });
    } else if (seen.isKeeperAlive) draining.push(seen.life);
    else verdicts.push({ kind: 'over', life: seen.life });
  }
  const newestFirst = draining.toSorted((a, b) => b.number - a.number);
  for (const [index, life] of newestFirst.entries()) {
    const isTooLong = knowledge.silentMs(life) > DRAIN_MAX_MS;
    const isEnough = isTooLong || index >= DRAINING_MAX;
    verdicts.push({ kind: isEnough ? 'release' : 'draining', life });
  }
  return verdicts;
}

function judgeCurrent(seen: ObservedLife, knowledge: Knowledge): readonly Verdict[] {
  const { life, exit, record } = seen;
  if (exit !== null) return [{ kind: 'ended', life, exit }];
  if (seen.isTenderWedged && record !== null) return [{ kind: 'wedged', life, process: record }];
  if (seen.isTenderAlive) return [];
  if (seen.isKeeperAlive && knowledge.silentMs(life) <= SILENCE_MAX_MS) return [];
  return [{ kind: 'ended', life, exit: { kind: 'unknown' } }];
}

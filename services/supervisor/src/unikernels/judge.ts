import type { Exit } from '@albatross/shared/domain/exit';
import type { Life } from '@albatross/shared/domain/life';
import type { ObservedLife, TenderProcess } from '../host/host.ts';

/** How long a keeper may stay silent after its tender is gone before the end counts as unknown. */
export const SILENCE_MAX_MS = 10_000;
/** How long console may take to find the guest's status among its last lines. */
export const UNSAID_MAX_MS = 2_000;
/** How long, and how many, keepers may wait for console to read what is left. */
export const DRAIN_MAX_MS = 60 * 60_000;
export const DRAINING_MAX = 256;

export type Verdict =
  /** A life ended, of a unikernel that lives it now or of one that is gone. */
  | { readonly kind: 'ended'; readonly seen: ObservedLife; readonly exit: Exit }
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

/**
 * What a life is to us. `starting`: being started at this moment, nothing it shows means anything yet.
 * `current`: a unikernel lives it. `past`: its unikernel has gone on, or is gone. `unknown`: of a name
 * whose record could not be read, so it is left alone.
 */
export type Standing = 'starting' | 'current' | 'past' | 'unknown';

export interface Knowledge {
  standing(life: Life): Standing;
  /** How long this life has been without a living tender. */
  silentMs(life: Life): number;
}

/** What follows from what the folders and the process table show. */
export function judge(lives: readonly ObservedLife[], knowledge: Knowledge): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const draining: Life[] = [];
  for (const seen of lives) {
    switch (knowledge.standing(seen.life)) {
      case 'starting':
      case 'unknown':
        continue;
      case 'current':
        verdicts.push(...judgeCurrent(seen, knowledge));
        continue;
      case 'past':
        verdicts.push(...judgePast(seen, knowledge));
        if (!seen.isTenderAlive && seen.isKeeperAlive) draining.push(seen.life);
    }
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
  const { life, record } = seen;
  if (seen.exit === null && seen.isTenderWedged && record !== null) {
    return [{ kind: 'wedged', life, process: record }];
  }
  if (seen.exit === null && seen.isTenderAlive) return [];
  return ended(seen, knowledge);
}

function judgePast(seen: ObservedLife, knowledge: Knowledge): readonly Verdict[] {
  const { life, record } = seen;
  if (seen.isTenderAlive && record !== null) return [{ kind: 'orphan', life, process: record }];
  const end = ended(seen, knowledge);
  return seen.isKeeperAlive ? end : [...end, { kind: 'over', life }];
}

/** A keeper that has not said how may be about to. */
function ended(seen: ObservedLife, knowledge: Knowledge): readonly Verdict[] {
  if (seen.exit !== null) return [{ kind: 'ended', seen, exit: seen.exit }];
  const silenceMaxMs = seen.exitAt === null ? SILENCE_MAX_MS : UNSAID_MAX_MS;
  if (seen.isKeeperAlive && knowledge.silentMs(seen.life) <= silenceMaxMs) return [];
  return [{ kind: 'ended', seen, exit: { kind: 'unknown' } }];
}

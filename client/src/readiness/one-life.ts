import type { Seen } from './seen.ts';

/** A life that should go on. */
export interface OneLife {
  /** When it began; null before it was seen. */
  readonly life: number | null;
  /** Whether the guest is given its name. */
  readonly isNamed: boolean;
}

export type Judgement =
  | { readonly kind: 'same'; readonly one: OneLife }
  /** Another life takes its place, and nobody is to blame. */
  | { readonly kind: 'anew'; readonly one: OneLife }
  /** `why` stands behind a name: `ended with status 3`. */
  | { readonly kind: 'fallen'; readonly why: string };

/**
 * Whether a life goes on. A guest that does not know `--name` says so by its status, and is started once more
 * without: that is one life in the end.
 */
export function judge(one: OneLife, seen: Seen): Judgement {
  switch (seen.kind) {
    case 'unclear':
      return { kind: 'same', one };
    case 'over':
      return { kind: 'fallen', why: seen.how };
    case 'between':
      if (one.isNamed && !seen.isNamed) return { kind: 'same', one };
      return { kind: 'fallen', why: seen.how };
    case 'up': {
      const { life, isNamed } = seen;
      if (one.life === null || one.life === life)
        return { kind: 'same', one: { life, isNamed: isNamed ?? one.isNamed } };
      if (one.isNamed && isNamed !== true) return { kind: 'anew', one: { life, isNamed: false } };
      return { kind: 'fallen', why: `${seen.before ?? 'ended'}, and was started again` };
    }
  }
}

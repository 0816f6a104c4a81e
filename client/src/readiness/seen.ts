import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { describeExit, type Exit } from '@albatross/shared/domain/exit';

/** What is seen of a unikernel at one moment. */
export type Seen =
  /** It lives. */
  | {
      readonly kind: 'up';
      /** Tells one life from another: when it began, in milliseconds since 1970. */
      readonly life: number;
      /** Whether the guest is given its name; null where nobody tells. */
      readonly isNamed: boolean | null;
      /** How the life before it ended; null where there was none, or nobody tells. */
      readonly before: string | null;
      readonly endedLife: EndedLife;
    }
  /** It does not live now, and will. */
  | {
      readonly kind: 'between';
      readonly how: string;
      readonly isNamed: boolean;
      readonly endedLife: EndedLife;
    }
  /** It has ended for good. */
  | {
      readonly kind: 'over';
      readonly how: string;
      /** Null where nobody knows. */
      readonly exit: Exit | null;
      readonly endedLife: EndedLife;
    }
  /** Nothing can be said yet. */
  | { readonly kind: 'unclear' };

/** Number of the newest life that has ended; null where there is none, or nobody tells. */
type EndedLife = number | null;

/** Of this host. */
export function seenOf(details: UnikernelDetails): Seen {
  const { state, startedAt, exit, why, nextTryAt, addName: isNamed, pastLives } = details;
  const endedLife = pastLives.at(-1)?.life ?? null;
  switch (state) {
    case 'running': {
      if (startedAt === null) return UNCLEAR;
      const before = endedLife === null ? null : endedWith(details);
      return { kind: 'up', life: startedAt, isNamed, before, endedLife };
    }
    case 'starting':
    case 'stopping':
      return UNCLEAR;
    case 'backing-off': {
      const next = nextTryAt === null ? 'later' : `at ${new Date(nextTryAt).toISOString()}`;
      const ended = why ?? endedWith(details);
      return { kind: 'between', how: `${ended}, and is started again ${next}`, isNamed, endedLife };
    }
    case 'stopped':
      return { kind: 'over', how: 'was stopped', exit, endedLife };
    case 'exited':
      return { kind: 'over', how: endedWith(details), exit, endedLife };
    case 'failed':
      return { kind: 'over', how: `failed: ${why ?? endedWith(details)}`, exit, endedLife };
  }
}

/** Nobody has anything under its name. */
export const GONE: Seen = { kind: 'over', how: 'was destroyed', exit: null, endedLife: null };

const UNCLEAR: Seen = { kind: 'unclear' };

function endedWith({ exit, pastLives }: UnikernelDetails): string {
  const last = pastLives.at(-1);
  const how = exit ?? last?.exit ?? null;
  const after = last === undefined ? '' : ` after ${last.lifetimeMs / 1000} s`;
  return `ended with ${describeExit(how ?? { kind: 'unknown' })}${after}`;
}

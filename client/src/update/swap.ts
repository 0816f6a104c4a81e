import { Failure } from '@albatross/shared/contracts/failures';
import type { Ready } from '../readiness/wait-options.ts';
import type { DownloadedImage } from './downloaded-image.ts';
import { andAlso, replace } from './replace.ts';
import type { Replaceable } from './running-here.ts';
import type { Replaced, System, Watched } from './system.ts';

/** The image before ran already, so it is believed soon. */
export const ROLLED_BACK_UP_MS = 2_000;
export const ROLLED_BACK_WITHIN_MS = 30_000;

/** How an update came out once the image was replaced; `why` stands behind a name. */
export type Swapped =
  | { readonly kind: 'updated'; readonly now: Replaced; readonly afterMs: number | null }
  | { readonly kind: 'interrupted'; readonly now: Replaced }
  | { readonly kind: 'unknown'; readonly now: Replaced; readonly why: string }
  | (Unready & { readonly kind: 'rolled-back'; readonly now: Replaced })
  /** `whyNotBack` is a sentence of its own; `now` is null where nothing is there, or nobody knows. */
  | (Unready & {
      readonly kind: 'rollback-failed';
      readonly now: Replaced | null;
      readonly whyNotBack: string;
    });

interface Unready {
  readonly why: string;
  /** What the new image printed last. */
  readonly lines: readonly string[];
}

interface Options {
  /** Null: the new image is taken as it comes. */
  readonly ready: Ready | null;
  /** Called once the image is replaced; aborts when nobody waits any longer. */
  readonly interrupted: () => AbortSignal;
  readonly onReplaced: (replaced: Replaced) => void;
}

/**
 * Replaces the image of a unikernel, waits until it is ready, and puts the image back that was there before if
 * it does not become so. That image is in our hands before anything is changed. Throws a `Failure` when the old
 * one is there still; and, saying so, when nobody knows, or nothing is there and nobody wanted it put back.
 */
export async function swap(
  system: System,
  old: Replaceable,
  image: DownloadedImage,
  { ready, interrupted, onReplaced }: Options,
): Promise<Swapped> {
  if (ready === null) {
    const attempt = await replace(system, old, image);
    if (attempt.kind === 'gone')
      throw andAlso(attempt.failure, `${old.name} is not there any more`);
    if (attempt.kind !== 'replaced') throw attempt.failure;
    onReplaced(attempt.now);
    return { kind: 'updated', now: attempt.now, afterMs: null };
  }
  await using before = await system.fetch();
  if (before.digest !== old.digest) throw replacedMeanwhile(old);
  const attempt = await replace(system, old, image);
  if (attempt.kind === 'gone') {
    const why = `nothing is there since the image was to be replaced: ${described(attempt.failure)}`;
    return await rollBack(system, old, before, { now: null, why, lines: [] });
  }
  if (attempt.kind !== 'replaced') throw attempt.failure;
  const { now } = attempt;
  const signal = interrupted();
  onReplaced(now);
  const { readiness, lines } = await watched(now, ready, signal);
  switch (readiness.kind) {
    case 'ready':
      return { kind: 'updated', now, afterMs: readiness.afterMs };
    case 'interrupted':
      return { kind: 'interrupted', now };
    case 'unknown':
      return { kind: 'unknown', now, why: readiness.why };
    case 'not-ready':
      return await rollBack(system, old, before, { now, why: readiness.why, lines });
  }
}

async function rollBack(
  system: System,
  old: Replaceable,
  before: DownloadedImage,
  unready: Unready & { readonly now: Replaced | null },
): Promise<Swapped> {
  const attempt = await replace(system, old, before);
  if (attempt.kind !== 'replaced') {
    const whyNotBack = `it could not be rolled back: ${described(attempt.failure)}${NOW_THERE[attempt.kind]}`;
    const now = attempt.kind === 'kept' ? unready.now : null;
    return { ...unready, now, kind: 'rollback-failed', whyNotBack };
  }
  const { now } = attempt;
  const back = { ...unready, now };
  try {
    if (!old.isUp) {
      await system.rest();
      return { ...back, kind: 'rolled-back' };
    }
    // Whoever interrupts now would not know what runs.
    const { readiness } = await watched(now, RUNS_AGAIN, new AbortController().signal);
    if (readiness.kind === 'ready' || readiness.kind === 'interrupted')
      return { ...back, kind: 'rolled-back' };
    const runs = readiness.kind === 'unknown' ? 'nobody knows whether it runs' : 'does not run';
    const whyNotBack = `the image before is there again, and ${runs}: ${readiness.why}`;
    return { ...back, kind: 'rollback-failed', whyNotBack };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const whyNotBack = `the image before is there again, and cannot be stopped: ${error.message}`;
    return { ...back, kind: 'rollback-failed', whyNotBack };
  }
}

const NOW_THERE = {
  kept: '; the new image is there',
  gone: '; nothing is there any more',
  untold: '',
} as const;

const RUNS_AGAIN: Ready = {
  checks: [{ kind: 'up', ms: ROLLED_BACK_UP_MS }],
  withinMs: ROLLED_BACK_WITHIN_MS,
};

/** What keeps us from looking says nothing of the image. */
async function watched(now: Replaced, ready: Ready, signal: AbortSignal): Promise<Watched> {
  try {
    return await now.untilReady(ready, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { readiness: { kind: 'unknown', why: error.message }, lines: [] };
  }
}

function described({ code, message }: Failure): string {
  return `${message} [${code}]`;
}

function replacedMeanwhile({ name, digest }: Replaceable): Failure {
  const message = `${name} was replaced meanwhile: its image is not sha256:${digest} any more. Nothing was changed`;
  return new Failure('BUILD_UNUSABLE', message, { name });
}

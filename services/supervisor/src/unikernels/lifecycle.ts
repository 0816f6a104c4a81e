import type { Exit } from '@albatross/shared/domain/exit';
import type { AfterExit } from '@albatross/shared/domain/restart';
import type { TenderProcess } from '../host/host.ts';

/** Where a unikernel stands. `life` is the number of its newest life. */
export type Phase =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly life: number; readonly process: TenderProcess }
  /** `next`: whether it rests afterwards, or whoever ended it goes on with it. */
  | {
      readonly kind: 'stopping';
      readonly life: number;
      readonly process: TenderProcess;
      readonly next: AfterStop;
    }
  /** Waits for its next try; `until` in milliseconds since 1970. `why`: what kept it from starting. */
  | { readonly kind: 'backing-off'; readonly until: number; readonly why: string | null }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'exited' }
  | { readonly kind: 'failed'; readonly why: string };

export type AfterStop = 'rest' | 'start';

export type Event =
  | { readonly kind: 'start-asked' }
  | { readonly kind: 'started'; readonly life: number; readonly process: TenderProcess }
  /** `retryAt`: when it is tried again, or null when it is not. */
  | { readonly kind: 'start-failed'; readonly why: string; readonly retryAt: number | null }
  /** Everything is to be as it was before the start was asked for. */
  | { readonly kind: 'start-undone'; readonly to: Phase }
  | { readonly kind: 'stop-asked'; readonly next: AfterStop }
  | { readonly kind: 'stop-overdue' }
  /** `after` is what its rule says, should nobody have asked for this end. */
  | {
      readonly kind: 'ended';
      readonly life: number;
      readonly exit: Exit;
      readonly after: AfterExit;
      readonly now: number;
    };

export type Effect =
  | {
      readonly kind: 'signal';
      readonly process: TenderProcess;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  /** Come back with `stop-overdue` after the deadline, until it has ended. */
  | { readonly kind: 'await-stop' }
  /** What became of it must survive us. */
  | { readonly kind: 'record' }
  /** Start it again at that time. */
  | { readonly kind: 'wake'; readonly at: number };

export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
}

/** Decides; carries nothing out. An event that does not fit the phase changes nothing: it came too late. */
export function step(phase: Phase, event: Event): Step {
  switch (event.kind) {
    case 'start-asked':
      if (phase.kind === 'running' || phase.kind === 'stopping') break;
      return to({ kind: 'starting' });
    case 'started':
      if (phase.kind !== 'starting') break;
      return to({ kind: 'running', life: event.life, process: event.process });
    case 'start-failed':
      if (phase.kind !== 'starting') break;
      return startFailed(event.why, event.retryAt);
    case 'start-undone':
      if (phase.kind !== 'starting') break;
      return to(event.to, ...(event.to.kind === 'backing-off' ? [wake(event.to.until)] : []));
    case 'stop-asked':
      return stopAsked(phase, event.next);
    case 'stop-overdue':
      if (phase.kind !== 'stopping') break;
      return { phase, effects: [{ kind: 'signal', process: phase.process, signal: 'SIGKILL' }] };
    case 'ended':
      return ended(phase, event);
  }
  return { phase, effects: [] };
}

const wake = (at: number): Effect => ({ kind: 'wake', at });

const to = (phase: Phase, ...effects: readonly Effect[]): Step => ({ phase, effects });

function startFailed(why: string, retryAt: number | null): Step {
  if (retryAt === null) return to({ kind: 'failed', why });
  return to({ kind: 'backing-off', until: retryAt, why }, wake(retryAt));
}

/** Whoever asks last decides what comes afterwards. */
function stopAsked(phase: Phase, next: AfterStop): Step {
  switch (phase.kind) {
    case 'running': {
      const { life, process } = phase;
      return to(
        { kind: 'stopping', life, process, next },
        { kind: 'signal', process, signal: 'SIGTERM' },
        { kind: 'await-stop' },
      );
    }
    case 'stopping':
      return to({ ...phase, next });
    case 'starting':
    case 'backing-off':
    case 'stopped':
      return to({ kind: next === 'rest' ? 'stopped' : 'starting' });
    case 'exited':
    case 'failed':
      return to(phase);
  }
}

function ended(phase: Phase, event: Extract<Event, { kind: 'ended' }>): Step {
  if ((phase.kind !== 'running' && phase.kind !== 'stopping') || phase.life !== event.life) {
    return to(phase);
  }
  const record: Effect = { kind: 'record' };
  const { after, now } = event;
  if (phase.kind === 'stopping') {
    if (phase.next === 'rest') return to({ kind: 'stopped' }, record);
    // Whoever ended it goes on with it; if nobody does any more, it is to run again.
    return to({ kind: 'starting' }, record, wake(now));
  }
  switch (after.kind) {
    case 'over':
      return to({ kind: 'exited' }, record);
    case 'gave-up':
      return to({ kind: 'failed', why: `it ended ${after.failures} times in a row` }, record);
    case 'again':
    case 'again-without-name': {
      const until = now + (after.kind === 'again' ? after.delayMs : 0);
      return to({ kind: 'backing-off', until, why: null }, record, wake(until));
    }
  }
}

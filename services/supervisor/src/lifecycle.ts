import type { Exit } from '@albatross/shared/domain/exit';
import type { TenderProcess } from './host/host.ts';

/** Where a unikernel stands. `life` is the number of its newest life. */
export type Phase =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly life: number; readonly process: TenderProcess }
  | { readonly kind: 'stopping'; readonly life: number; readonly process: TenderProcess }
  | { readonly kind: 'exited'; readonly exit: Exit }
  | { readonly kind: 'failed' };

export type Event =
  | { readonly kind: 'started'; readonly life: number; readonly process: TenderProcess }
  | { readonly kind: 'start-failed' }
  | { readonly kind: 'stop-asked' }
  | { readonly kind: 'stop-overdue' }
  | { readonly kind: 'ended'; readonly life: number; readonly exit: Exit };

export type Effect =
  | {
      readonly kind: 'signal';
      readonly process: TenderProcess;
      readonly signal: 'SIGTERM' | 'SIGKILL';
    }
  /** Come back with `stop-overdue` after the deadline. */
  | { readonly kind: 'await-stop' }
  /** The end that nobody asked for must survive us. */
  | { readonly kind: 'record-exit'; readonly exit: Exit };

export interface Step {
  readonly phase: Phase;
  readonly effects: readonly Effect[];
}

/** Decides; carries nothing out. An event that does not fit the phase changes nothing: it came too late. */
export function step(phase: Phase, event: Event): Step {
  switch (event.kind) {
    case 'started':
      if (phase.kind !== 'starting') break;
      return { phase: { kind: 'running', life: event.life, process: event.process }, effects: [] };
    case 'start-failed':
      if (phase.kind !== 'starting') break;
      return { phase: { kind: 'failed' }, effects: [] };
    case 'stop-asked':
      if (phase.kind !== 'running') break;
      return {
        phase: { ...phase, kind: 'stopping' },
        effects: [
          { kind: 'signal', process: phase.process, signal: 'SIGTERM' },
          { kind: 'await-stop' },
        ],
      };
    case 'stop-overdue':
      if (phase.kind !== 'stopping') break;
      return { phase, effects: [{ kind: 'signal', process: phase.process, signal: 'SIGKILL' }] };
    case 'ended':
      return ended(phase, event.life, event.exit);
  }
  return { phase, effects: [] };
}

function ended(phase: Phase, life: number, exit: Exit): Step {
  if ((phase.kind !== 'running' && phase.kind !== 'stopping') || phase.life !== life) {
    return { phase, effects: [] };
  }
  const effects: Effect[] = phase.kind === 'running' ? [{ kind: 'record-exit', exit }] : [];
  return { phase: { kind: 'exited', exit }, effects };
}

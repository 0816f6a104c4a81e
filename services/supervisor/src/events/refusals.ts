import type { EventDraft } from '@albatross/shared/contracts/event';
import type { FailureCode } from '@albatross/shared/contracts/failures';
import { ROOT, type Name } from '@albatross/shared/domain/name';

/** Repetitions within this time are one event. */
export const REFUSALS_WINDOW_MS = 60_000;
/** Kinds of refusals told apart at a time; of more, those of all callers are told together. */
export const REFUSALS_MAX = 256;
/** And of one caller; of more, those about all names are told together. */
export const REFUSALS_PER_ACTOR_MAX = 32;

export interface Refusal {
  readonly name: Name;
  readonly actor: string;
  readonly requestId: string | null;
  /** `unikernel.create` */
  readonly request: string;
  readonly code: FailureCode;
}

/** Where events go. */
interface EventSink {
  record(draft: EventDraft): void;
}

/** One kind of refusal: who was refused what, about which name, and why. */
interface Window {
  readonly kind: Omit<Refusal, 'requestId'>;
  startedAt: number;
  /** Those that no event tells of yet. */
  untold: number;
}

/**
 * Records what was refused: the first of a kind at once, its repetitions together, once in a while. So
 * nobody pushes history out of the log by asking again and again for what he may not have.
 */
export class Refusals implements Disposable {
  readonly #log: EventSink;
  readonly #now: () => number;
  /** By kind, the one that began first in front. */
  readonly #windows = new Map<string, Window>();
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(log: EventSink, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Never throws, never waits. Who is refused after the end is not answered any more either. */
  refused({ requestId, ...refusal }: Refusal): void {
    if (this.#isOver) return;
    this.#endWindows();
    const kind = this.#kindOf(refusal);
    const known = this.#windows.get(keyOf(kind));
    if (known === undefined) {
      this.#windows.set(keyOf(kind), { kind, startedAt: this.#now(), untold: 0 });
      this.#tell(kind, kind === refusal ? requestId : null, 1);
    } else {
      known.untold += 1;
    }
    this.#setTimer();
  }

  /** As exactly as there is room for. */
  #kindOf(refusal: Window['kind']): Window['kind'] {
    const ofAllNames = { ...refusal, name: ROOT };
    const { size } = this.#windows;
    if (this.#windows.has(keyOf(refusal))) return refusal;
    if (size < REFUSALS_MAX && this.#countOf(refusal.actor) < REFUSALS_PER_ACTOR_MAX)
      return refusal;
    if (this.#windows.has(keyOf(ofAllNames)) || size < REFUSALS_MAX) return ofAllNames;
    // As many as there are requests and codes, which nobody can make more of.
    return { ...ofAllNames, actor: SEVERAL };
  }

  #countOf(actor: string): number {
    let count = 0;
    for (const { kind } of this.#windows.values()) if (kind.actor === actor) count += 1;
    return count;
  }

  /** Tells of what was repeated; who goes on repeating begins a new window, and is told of at its end. */
  #endWindows(all = false): void {
    const now = this.#now();
    for (const [key, window] of this.#windows) {
      const age = now - window.startedAt;
      // Of a clock that was set back nothing can be told but that it is time.
      if (!all && age >= 0 && age < REFUSALS_WINDOW_MS) return;
      this.#windows.delete(key);
      if (window.untold === 0) continue;
      this.#tell(window.kind, null, window.untold);
      if (!all) this.#windows.set(key, { ...window, startedAt: now, untold: 0 });
    }
  }

  #tell(kind: Window['kind'], requestId: string | null, times: number): void {
    this.#log.record({ type: 'refused', ...kind, requestId, times });
  }

  #setTimer(): void {
    const [oldest] = this.#windows.values();
    if (oldest === undefined || this.#timer !== null) return;
    const left = oldest.startedAt + REFUSALS_WINDOW_MS - this.#now();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#endWindows();
      this.#setTimer();
    }, left).unref();
  }

  /** Tells of what was not told yet. */
  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isOver = true;
    this.#endWindows(true);
  }
}

const SEVERAL = '*';

function keyOf({ actor, request, code, name }: Window['kind']): string {
  return JSON.stringify([actor, request, code, name]);
}

import type { EventDraft } from '@albatross/shared/contracts/event';
import type { FailureCode } from '@albatross/shared/contracts/failures';
import { ROOT, type Name } from '@albatross/shared/domain/name';
import { Repetitions } from '@albatross/shared/runtime/repetitions';

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

/** Who was refused what, about which name, and why. */
type Kind = Omit<Refusal, 'requestId'>;

/**
 * Records what was refused: the first of a kind at once, its repetitions together, once in a while. So
 * nobody pushes history out of the log by asking again and again for what he may not have.
 */
export class Refusals implements Disposable {
  readonly #repetitions: Repetitions<Refusal>;
  #isOver = false;

  constructor(log: EventSink, now: () => number) {
    this.#repetitions = new Repetitions<Refusal>({
      windowMs: REFUSALS_WINDOW_MS,
      now,
      tell: ({ requestId, ...kind }, times, isRepetition) =>
        log.record({
          type: 'refused',
          ...kind,
          requestId: isRepetition ? null : requestId,
          times,
        }),
    });
  }

  /** Never throws, never waits. Who is refused after the end is not answered any more either. */
  refused({ requestId, ...refusal }: Refusal): void {
    if (this.#isOver) return;
    this.#repetitions.endOld();
    const kind = this.#kindOf(refusal);
    const item = { ...kind, requestId: kind === refusal ? requestId : null };
    this.#repetitions.add(keyOf(kind), item);
  }

  /** As exactly as there is room for. */
  #kindOf(refusal: Kind): Kind {
    const ofAllNames = { ...refusal, name: ROOT };
    const repetitions = this.#repetitions;
    const { size } = repetitions;
    if (repetitions.has(keyOf(refusal))) return refusal;
    const ofActor = repetitions.countOf(({ actor }) => actor === refusal.actor);
    if (size < REFUSALS_MAX && ofActor < REFUSALS_PER_ACTOR_MAX) return refusal;
    if (repetitions.has(keyOf(ofAllNames)) || size < REFUSALS_MAX) return ofAllNames;
    // As many as there are requests and codes, which nobody can make more of.
    return { ...ofAllNames, actor: SEVERAL };
  }

  /** Tells of what was not told yet. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#repetitions[Symbol.dispose]();
  }
}

const SEVERAL = '*';

function keyOf({ actor, request, code, name }: Kind): string {
  return JSON.stringify([actor, request, code, name]);
}

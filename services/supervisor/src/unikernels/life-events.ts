import type { EventDraft } from '@albatross/shared/contracts/event';
import type { Exit } from '@albatross/shared/domain/exit';
import { lifeName, type Life, type LifeRecord } from '@albatross/shared/domain/life';
import type { AfterExit } from '@albatross/shared/domain/restart';
import { idOf, type EventSink } from '../events/event-sink.ts';

/**
 * The events of lives. Their ids follow from the life's name, so that a supervisor that was killed before
 * it had dealt with an end tells of it once all the same.
 */
export class LifeEvents {
  readonly #sink: EventSink;
  /** Lives whose end was told, until their traces are gone. */
  readonly #ended = new Set<string>();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** `because`: what somebody did that brought it about, which is told first. */
  started(life: Life, { pid, taps }: LifeRecord, because: EventDraft | null): void {
    if (because !== null) this.#sink.record(because);
    this.#tell(life, { type: 'started', life: life.number, pid, taps: taps.map(({ tap }) => tap) });
  }

  adopted(life: Life, { pid }: LifeRecord): void {
    this.#sink.record({ ...OURS, name: life.unikernel, type: 'adopted', life: life.number, pid });
  }

  /** False when it was dealt with before. */
  exited(life: Life, exit: Exit, lifetimeMs: number): boolean {
    if (this.#ended.has(lifeName(life))) return false;
    this.#ended.add(lifeName(life));
    this.#tell(life, { type: 'exited', life: life.number, exit, lifetimeMs });
    return true;
  }

  /** What its rule made of an end that nobody asked for. */
  followed(life: Life, after: AfterExit): void {
    switch (after.kind) {
      case 'over':
        return;
      case 'again':
        this.#tell(life, { type: 'restarting', delayMs: after.delayMs, attempt: after.failures });
        return;
      case 'again-without-name':
        this.#tell(life, { type: 'restarting', delayMs: 0, attempt: 0 });
        return;
      case 'gave-up':
        this.#tell(life, { type: 'failed', why: `it ended ${after.failures} times in a row` });
    }
  }

  /** Its traces are gone; nobody will ask again. */
  forget(life: Life): void {
    this.#ended.delete(lifeName(life));
  }

  #tell(life: Life, what: LifeEvent): void {
    const id = idOf(what.type, lifeName(life));
    if (!this.#sink.has(id)) this.#sink.record({ ...OURS, ...what, id, name: life.unikernel });
  }
}

type Of<Type> = Omit<Extract<EventDraft, { type: Type }>, 'id' | 'name' | 'actor' | 'requestId'>;
type LifeEvent = Of<'started'> | Of<'exited'> | Of<'restarting'> | Of<'failed'>;

const OURS = { actor: 'supervisor', requestId: null } as const;

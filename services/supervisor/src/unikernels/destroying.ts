import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { endedEvent } from './fleet-events.ts';
import type { Images } from '../blobs/images.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { EventSink } from '../events/event-sink.ts';
import type { Asked } from '../outcomes.ts';
import type { Records } from './records.ts';
import type { Reservations } from './reservations.ts';
import type { Unikernel } from './unikernel.ts';

interface Parts {
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly reservations: Reservations;
  readonly inventory: Inventory;
  readonly events: EventSink;
}

/** Makes unikernels gone. One whose tender does not end is there, and holds what it has, until it does. */
export class Destroying {
  readonly #parts: Parts;
  /** Those that were destroyed and have not ended yet. */
  readonly #going = new Map<Unikernel, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Of one that is going nothing else can be asked. Throws a `Failure`. */
  refuse(unikernel: Unikernel): void {
    if (this.#going.has(unikernel)) throw stillEnding(unikernel);
  }

  /** Throws a `Failure`. */
  async destroy(ask: Asked, name: UnikernelName): Promise<void> {
    const { inventory, records, keeping } = this.#parts;
    const event = endedEvent(ask, name, 'destroyed');
    if (inventory.isDamaged(name)) return await this.#destroyDamaged(name, ask, event);
    const unikernel = inventory.get(name);
    const before = this.#going.get(unikernel);
    await records.writeGone(name, { ask, reply: {}, event: before === undefined ? event : null });
    const gone = before ?? this.#afterwards(unikernel, event);
    this.#going.set(unikernel, gone);
    await keeping.stop(unikernel, 'rest');
    await gone;
  }

  /** What runs under its name belongs to nobody from now on, and is ended. */
  async #destroyDamaged(name: UnikernelName, ask: Asked, event: EventDraft): Promise<void> {
    const { inventory, images, records, keeping, events } = this.#parts;
    await records.writeGone(name, { ask, reply: {}, event });
    inventory.forgetDamaged(name);
    await keeping.onChange();
    await keeping.orphans.untilNone(name);
    // Nobody knows which was its image.
    if (!inventory.hasDamaged) await images.removeUnheld();
    events.record(event);
  }

  /** However long it takes, and whether or not somebody still waits for it. */
  async #afterwards(
    unikernel: Unikernel,
    event: Parameters<EventSink['record']>[0],
  ): Promise<void> {
    const { inventory, images, reservations, events } = this.#parts;
    const { name, digest } = unikernel.config;
    await unikernel.whenIdle();
    inventory.put(name, null);
    reservations.giveBack(name);
    await images.release(digest);
    events.record(event);
    this.#going.delete(unikernel);
  }
}

/** Of one that somebody tried to end before, in vain. */
function stillEnding(unikernel: Unikernel): Failure {
  const { name, pid } = unikernel.summary();
  return new Failure('TENDER_STUCK', `the process ${pid} of ${name} does not end`, { name, pid });
}

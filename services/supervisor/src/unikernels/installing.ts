import type { EventDraft } from '@albatross/shared/contracts/event';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { TakenBlob } from '../blobs/blobs.ts';
import type { Tender } from '../host/host.ts';
import type { Images } from '../blobs/images.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { Launching } from './launching.ts';
import type { EventSink } from '../events/event-sink.ts';
import type { Answered, Records } from './records.ts';
import type { Reservations } from './reservations.ts';
import { Unikernel } from './unikernel.ts';

interface Parts {
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly launching: Launching;
  readonly reservations: Reservations;
  readonly inventory: Inventory;
  readonly events: EventSink;
}

type Asking = Omit<Answered, 'reply'> & { readonly event: EventDraft };

/** Starts what does not run, because somebody asked for it. What fails leaves everything as it was. */
export class Installing {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A new one, under a name that is free or whose unikernel holds nothing any more; without a tender it rests. Throws a `Failure`. */
  async install(
    config: UnikernelConfig,
    tender: Tender | null,
    image: TakenBlob,
    asking: Asking,
  ): Promise<UnikernelDetails> {
    const { inventory, images, records, reservations, keeping } = this.#parts;
    const { name } = config;
    const replaced = inventory.find(name);
    // It comes back if this one fails, and then it must not have forgotten its end.
    if (replaced !== null) await records.writeEnd(replaced);
    const uid = reservations.take(config, replaced?.uid ?? null, asking.ask.caller);
    const unikernel = new Unikernel({ ...NEW, config, uid });
    inventory.set(unikernel);
    const before = records.of(name);
    let isHeld = false;
    const takeImage = async (): Promise<void> => {
      await images.adopt(image.path, image.digest);
      isHeld = true;
    };
    try {
      if (tender === null) await this.#putToRest(unikernel, asking, takeImage);
      else await this.#launch(unikernel, tender, asking, takeImage);
    } catch (error) {
      // The record was written after the image was taken, if at all.
      if (isHeld) {
        await records.undo(name, before);
        await images.release(config.digest);
      }
      keeping.apply(unikernel, { kind: 'start-failed', why: '', retryAt: null });
      reservations.giveBack(name);
      inventory.put(name, replaced);
      throw error;
    }
    if (replaced !== null) await images.release(replaced.config.digest);
    return inventory.details(unikernel);
  }

  /** One that is known and does not run, perhaps with another configuration. Throws a `Failure`. */
  async revive(
    unikernel: Unikernel,
    config: UnikernelConfig,
    tender: Tender,
    asking: Asking,
  ): Promise<UnikernelDetails> {
    const { inventory, records, reservations, keeping } = this.#parts;
    const { name } = config;
    const { phase, config: configBefore, failures, holdsResources } = unikernel;
    await records.writeEnd(unikernel);
    if (!holdsResources)
      unikernel.uid = reservations.take(config, unikernel.uid, asking.ask.caller);
    // In the same breath: from now on it counts.
    keeping.apply(unikernel, { kind: 'start-asked' });
    unikernel.config = config;
    unikernel.failures = 0;
    const before = records.of(name);
    try {
      await this.#launch(unikernel, tender, asking);
      return inventory.details(unikernel);
    } catch (error) {
      unikernel.config = configBefore;
      unikernel.failures = failures;
      await records.undo(name, before);
      keeping.apply(unikernel, { kind: 'start-undone', to: phase });
      if (!holdsResources) reservations.giveBack(name);
      throw error;
    }
  }

  /** It is there, and is started when somebody asks for it. */
  async #putToRest(
    unikernel: Unikernel,
    asking: Asking,
    takeImage: () => Promise<void>,
  ): Promise<void> {
    const { inventory, keeping, records, events } = this.#parts;
    keeping.apply(unikernel, { kind: 'stop-asked', next: 'rest' });
    await takeImage();
    await records.write(
      unikernel,
      { kind: 'stop' },
      { ...asking, reply: inventory.details(unikernel) },
    );
    events.record(asking.event);
  }

  async #launch(
    unikernel: Unikernel,
    tender: Tender,
    asking: Asking,
    takeImage?: () => Promise<void>,
  ): Promise<void> {
    const { inventory, launching } = this.#parts;
    const reply = { ...inventory.details(unikernel), state: 'starting', pid: null };
    await launching.launch(unikernel, tender, { ...asking, reply }, takeImage);
  }
}

const NEW = { restarts: 0, life: 0, failures: 0, pastLives: [] };

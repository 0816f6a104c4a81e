import type { EventDraft } from '@albatross/shared/contracts/event';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { Tender } from '../host/host.ts';
import type { Images } from '../blobs/images.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { Launching } from './launching.ts';
import type { Phase } from './lifecycle.ts';
import type { Asked } from '../outcomes.ts';
import type { Records } from './records.ts';
import type { Reservations } from './reservations.ts';
import type { Unikernel } from './unikernel.ts';

interface Parts {
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly launching: Launching;
  readonly reservations: Reservations;
  readonly inventory: Inventory;
}

interface Replacement {
  readonly ask: Asked;
  readonly event: EventDraft;
  /** Whether what is known of its past goes with the old one. */
  readonly isNew: boolean;
  /** The new image is held afterwards. */
  readonly takeImage: () => Promise<void>;
}

/**
 * Puts a configuration in the place of one that holds resources, running or not. Everything that can be
 * found wrong with the new one was, or is, found before the old one is ended; if the new one does not
 * start all the same, the old one is started again.
 */
export class Replacing {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws a `Failure`; then the old one is as it was, or being started again. */
  async replace(
    unikernel: Unikernel,
    next: UnikernelConfig,
    tender: Tender,
    replacement: Replacement,
  ): Promise<UnikernelDetails> {
    const { images, reservations, inventory } = this.#parts;
    const { takeImage } = replacement;
    const { config: old } = unikernel;
    reservations.takeAlso(unikernel, next, replacement.ask.caller);
    try {
      await takeImage();
      try {
        await this.#swap(unikernel, next, tender, replacement);
      } catch (error) {
        await images.release(next.digest);
        throw error;
      }
    } catch (error) {
      reservations.keep(unikernel, old);
      throw error;
    }
    reservations.keep(unikernel, next);
    await images.release(old.digest);
    return inventory.details(unikernel);
  }

  async #swap(
    unikernel: Unikernel,
    next: UnikernelConfig,
    tender: Tender,
    { ask, event, isNew }: Replacement,
  ): Promise<void> {
    const { records, keeping, launching, inventory } = this.#parts;
    const { phase, life, restarts } = unikernel;
    const old = unikernel.config;
    // Whoever starts after a crash must know that this end was asked for.
    if (phase.kind === 'running') await records.write(unikernel, { kind: 'run', ending: life });
    const before = records.of(next.name);
    await keeping.stop(unikernel, 'start');
    const past = { ...unikernel.stored(), restarts };
    unikernel.other = old;
    unikernel.become(isNew ? { ...NEW, config: next } : { ...past, config: next, failures: 0 });
    try {
      const reply = { ...inventory.details(unikernel), state: 'starting', pid: null };
      await launching.launch(unikernel, tender, { ask, event, reply });
    } catch (error) {
      unikernel.other = next;
      unikernel.become({ ...past, config: old });
      await records.undo(next.name, before);
      if (RESTING.has(phase.kind)) keeping.apply(unikernel, { kind: 'start-undone', to: phase });
      else await launching.launchAgain(unikernel);
      throw error;
    }
  }
}

const NEW = { restarts: 0, failures: 0, pastLives: [] };
/** What did not run before does not run afterwards. */
const RESTING: ReadonlySet<Phase['kind']> = new Set(['stopped', 'exited', 'failed']);

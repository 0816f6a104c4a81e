import type { EventDraft } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import { delayAfter } from '@albatross/shared/domain/restart';
import type { NameForm, UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { Logger } from '@albatross/shared/runtime/logger';
import type { Blocks } from '../blocks/blocks.ts';
import { diskFailure } from '../disk.ts';
import type { Host, Tender } from '../host/host.ts';
import type { Images } from '../blobs/images.ts';
import type { Keeping } from './keeping.ts';
import type { LifeNumbers } from './life-numbers.ts';
import type { Answered, Records } from './records.ts';
import type { Reservations } from './reservations.ts';
import type { Unikernel } from './unikernel.ts';

interface Parts {
  readonly host: Host;
  readonly images: Images;
  readonly blocks: Blocks;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly numbers: LifeNumbers;
  readonly reservations: Reservations;
  readonly log: Logger;
  readonly nameForm: NameForm;
  readonly random: () => number;
}

/** Begins lives, each for whoever has the unikernel's turn and reserved everything that it takes. */
export class Launching {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Finds what a start needs beside the image. Throws a `Failure`. */
  async tenderFor(
    config: Pick<UnikernelConfig, 'target' | 'abiVersion' | 'nets'>,
  ): Promise<Tender> {
    const { host } = this.#parts;
    const tender = await host.findTender(config.target, config.abiVersion);
    host.checkBridges(config.nets);
    return tender;
  }

  /**
   * Because somebody asked for it: then it must be written, with what they are answered, and told; before that,
   * `takeImage`. Throws a `Failure`.
   */
  async launch(
    unikernel: Unikernel,
    tender: Tender,
    answered: Answered,
    takeImage?: () => Promise<void>,
  ): Promise<void> {
    await this.#begin(unikernel, tender, answered.event, async () => {
      await takeImage?.();
      await this.#parts.records.write(unikernel, { kind: 'run' }, answered);
    });
  }

  /** Because it should be running. What fails is tried again later, ever more rarely. */
  async launchAgain(unikernel: Unikernel): Promise<void> {
    const { keeping, log, random } = this.#parts;
    const { name } = unikernel.config;
    keeping.apply(unikernel, { kind: 'start-asked' });
    unikernel.restarts += 1;
    try {
      const tender = await this.tenderFor(unikernel.config);
      await this.#begin(unikernel, tender, null, async () => {
        await this.#writeIfThereIsRoom(unikernel);
      });
      log.info('started', { name, life: unikernel.life });
    } catch (error) {
      unikernel.restarts -= 1;
      unikernel.startFailures += 1;
      const why = error instanceof Error ? error.message : String(error);
      const retryAt = Date.now() + delayAfter(unikernel.startFailures, random());
      keeping.apply(unikernel, { kind: 'start-failed', why, retryAt });
      log.warn('a unikernel cannot be started now', { name, error });
    }
  }

  async #begin(
    unikernel: Unikernel,
    tender: Tender,
    because: EventDraft | null,
    write: () => Promise<void>,
  ): Promise<void> {
    const { images, blocks, keeping, numbers, reservations, nameForm } = this.#parts;
    const { config } = unikernel;
    let written = Promise.resolve();
    try {
      keeping.apply(unikernel, { kind: 'start-asked' });
      // Of one name only one life is ever alive; console relies on it.
      await keeping.orphans.untilNone(config.name);
      unikernel.uid = reservations.uidFor(config.name, unikernel.uid);
      unikernel.life = await numbers.take();
      // The tender waits for it, and nothing else that a start takes.
      written = write();
      written.catch(() => undefined);
      const plan = {
        written,
        tender,
        nameForm,
        imagePath: images.path(config.digest),
        blocks: config.blocks.map(({ name, device, sectorBytes }) => {
          return { name, sectorBytes, path: blocks.file(config.name, device) };
        }),
      };
      await keeping.start(unikernel, plan, because);
    } catch (error) {
      // Nothing of it may be written after it was undone.
      await written.catch(() => undefined);
      throw diskFailure(error);
    }
  }

  /** It is on the disk that it should run; that it does again may be lost rather than keep it from it. */
  async #writeIfThereIsRoom(unikernel: Unikernel): Promise<void> {
    const { records, log } = this.#parts;
    try {
      await records.write(unikernel, { kind: 'run' });
    } catch (error) {
      if (!(diskFailure(error) instanceof Failure)) throw error;
      log.warn('a start cannot be recorded', { name: unikernel.config.name, error });
    }
  }
}

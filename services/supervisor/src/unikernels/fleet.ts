import type { Caller } from '@albatross/shared/bus/serve';
import type { Done } from '@albatross/shared/contracts/fields';
import { Failure } from '@albatross/shared/contracts/failures';
import type {
  createUnikernel,
  destroyUnikernel,
  restartUnikernel,
  startUnikernel,
  stopUnikernel,
  UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import { stat } from 'node:fs/promises';
import type { Blobs, TakenBlob } from '../blobs/blobs.ts';
import { changedConfig, newConfig, refuseOtherHypervisors } from './configuration.ts';
import { Destroying } from './destroying.ts';
import { createdEvent, endedEvent, restartedEvent } from './fleet-events.ts';
import type { Tender } from '../host/host.ts';
import type { Images } from '../blobs/images.ts';
import { inflateImage } from '../blobs/inflate-image.ts';
import { checkDevices, inspectImage } from './inspect-image.ts';
import { Installing } from './installing.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { Launching } from './launching.ts';
import type { EventSink } from '../events/event-sink.ts';
import { asked, type Asked, type Outcomes } from '../outcomes.ts';
import type { Records } from './records.ts';
import { Replacing } from './replacing.ts';
import type { Reservations } from './reservations.ts';
import { Turns } from '../turns.ts';
import type { Unikernel } from './unikernel.ts';

interface Parts {
  readonly blobs: Blobs;
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly launching: Launching;
  readonly reservations: Reservations;
  readonly inventory: Inventory;
  readonly outcomes: Outcomes;
  readonly events: EventSink;
}

/** What callers may do with unikernels: one operation at a time for each, many at a time for all. */
export class Fleet implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #installing: Installing;
  readonly #replacing: Replacing;
  readonly #destroying: Destroying;
  readonly #turns = new Turns<UnikernelName>();
  #isClosing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#installing = new Installing(parts);
    this.#replacing = new Replacing(parts);
    this.#destroying = new Destroying(parts);
    parts.keeping.onWake = (unikernel, at) => void this.startAgain(unikernel, at);
    parts.keeping.onOver = (unikernel) => this.#over(unikernel);
  }

  async create(
    caller: Caller,
    request: RequestOf<typeof createUnikernel>,
  ): Promise<UnikernelDetails> {
    const { blobs, launching } = this.#parts;
    return await this.#once(caller, 'create', request, async (ask) => {
      const blob = await blobs.take(caller.identity, request.name, request.blob);
      try {
        refuseOtherHypervisors(request);
        const image = request.compressed ? await inflateImage(blob) : blob;
        const notes = inspectImage(image.path, image.sizeBytes);
        const config = newConfig(request, notes, image.digest);
        checkDevices(notes, config);
        const tender = request.start ? await launching.tenderFor(config) : null;
        return await this.#inTurn(request.name, async () => {
          return await this.#install(config, tender, image, ask, request.force);
        });
      } finally {
        await blob.release();
      }
    });
  }

  async #install(
    config: UnikernelConfig,
    tender: Tender | null,
    image: TakenBlob,
    ask: Asked,
    force: boolean,
  ): Promise<UnikernelDetails> {
    const { inventory, images } = this.#parts;
    const { name } = config;
    const before = inventory.find(name);
    inventory.refuseDamaged(name);
    if (before !== null) this.#destroying.refuse(before);
    if (before?.holdsResources !== true) {
      return await this.#installing.install(config, tender, image, {
        ask,
        event: createdEvent(config, before !== null, ask),
      });
    }
    // Nothing is replaced by one that is not to be started.
    if (!force || tender === null) {
      throw new Failure('UNIKERNEL_EXISTS', `${name} is ${before.phase.kind}`, { name });
    }
    return await this.#replacing.replace(before, config, tender, {
      ask,
      event: createdEvent(config, true, ask),
      isNew: true,
      takeImage: async () => await images.adopt(image.path, image.digest),
    });
  }

  async restart(
    caller: Caller,
    request: RequestOf<typeof restartUnikernel>,
  ): Promise<UnikernelDetails> {
    const { name, changes } = request;
    const { images, launching } = this.#parts;
    return await this.#operation(caller, 'restart', request, async (ask) => {
      if (changes !== undefined) refuseOtherHypervisors(changes);
      const unikernel = this.#get(name);
      const config =
        changes === undefined ? unikernel.config : changedConfig(unikernel.config, changes);
      const path = images.path(config.digest);
      checkDevices(inspectImage(path, (await stat(path)).size), config);
      const tender = await launching.tenderFor(config);
      if (!unikernel.holdsResources)
        return await this.#installing.revive(unikernel, config, tender, {
          ask,
          event: restartedEvent(ask, name, changes !== undefined),
        });
      const event = restartedEvent(ask, name, changes !== undefined);
      return await this.#replacing.replace(unikernel, config, tender, {
        ask,
        event,
        isNew: false,
        takeImage: async () => images.hold(config.digest),
      });
    });
  }

  async start(
    caller: Caller,
    request: RequestOf<typeof startUnikernel>,
  ): Promise<UnikernelDetails> {
    const { inventory, keeping, launching } = this.#parts;
    return await this.#operation(caller, 'start', request, async (ask) => {
      const unikernel = this.#get(request.name);
      // Somebody gave it up, or a supervisor that died began it.
      if (unikernel.phase.kind === 'stopping') await keeping.stop(unikernel, unikernel.phase.next);
      const { kind } = unikernel.phase;
      if (kind === 'running' || kind === 'starting') return inventory.details(unikernel);
      const tender = await launching.tenderFor(unikernel.config);
      return await this.#installing.revive(unikernel, unikernel.config, tender, {
        ask,
        event: restartedEvent(ask, request.name, false),
      });
    });
  }

  async stop(caller: Caller, request: RequestOf<typeof stopUnikernel>): Promise<UnikernelDetails> {
    const { name } = request;
    const { inventory, records, keeping, events } = this.#parts;
    const reply = await this.#operation(caller, 'stop', request, async (ask) => {
      const unikernel = this.#get(name);
      if (!unikernel.holdsResources || unikernel.phase.kind === 'stopped') {
        return inventory.details(unikernel);
      }
      const event = endedEvent(ask, name, 'stopped');
      const reply = { ...inventory.details(unikernel), state: 'stopped', pid: null };
      // From now on an end is what was asked for, even if it comes before the signal.
      unikernel.shouldRest = true;
      try {
        await records.write(unikernel, { kind: 'stop' }, { ask, reply, event });
        const stopping = keeping.stop(unikernel, 'rest');
        // Also when nobody waits for it any longer.
        const told = unikernel.whenIdle().then(() => events.record(event));
        await stopping;
        await told;
      } finally {
        unikernel.shouldRest = false;
      }
      return inventory.details(unikernel);
    });
    // Asked for before a crash it was done, but perhaps it has not ended yet.
    const now = inventory.find(name);
    if (now?.phase.kind === 'stopping') await keeping.stop(now, now.phase.next);
    return reply;
  }

  async destroy(caller: Caller, request: RequestOf<typeof destroyUnikernel>): Promise<Done> {
    const reply = await this.#operation(caller, 'destroy', request, async (ask) => {
      await this.#destroying.destroy(ask, request.name);
      return {};
    });
    await this.#parts.keeping.orphans.untilNone(request.name);
    return reply;
  }

  /** Throws a `Failure`, also for one that was destroyed and has not ended yet. */
  #get(name: UnikernelName): Unikernel {
    const unikernel = this.#parts.inventory.get(name);
    this.#destroying.refuse(unikernel);
    return unikernel;
  }

  /**
   * For its rule, or because it was running before: nobody asked, so nobody is answered. `at`: the time it was
   * to wait for; meanwhile it may have begun to wait for another.
   */
  async startAgain(unikernel: Unikernel, at?: number): Promise<void> {
    const { inventory, launching } = this.#parts;
    const { name } = unikernel.config;
    await this.#inTurn(name, async () => {
      const { phase } = unikernel;
      const isDue = phase.kind === 'backing-off' && phase.until === at;
      if (inventory.find(name) !== unikernel || !(isDue || phase.kind === 'starting')) return;
      await launching.launchAgain(unikernel);
    }).catch(() => undefined);
  }

  /** It ended for good: what it held is free, and of very many the oldest are forgotten. */
  #over(unikernel: Unikernel): void {
    const { inventory, records, images, reservations } = this.#parts;
    reservations.giveBack(unikernel.config.name);
    for (const old of inventory.tooMany()) {
      const { name, digest } = old.config;
      void this.#inTurn(name, async () => {
        if (inventory.find(name) !== old || old.holdsResources) return;
        inventory.put(name, null);
        await records.undo(name, null);
        await images.release(digest);
      }).catch(() => undefined);
    }
  }

  async #operation<T extends object>(
    caller: Caller,
    verb: string,
    request: { readonly id: string; readonly name: UnikernelName },
    work: (ask: Asked) => Promise<T>,
  ): Promise<T> {
    return await this.#once(caller, verb, request, async (ask) => {
      return await this.#inTurn(request.name, async () => await work(ask));
    });
  }

  async #once<T extends object>(
    caller: Caller,
    verb: string,
    request: { readonly id: string },
    work: (ask: Asked) => Promise<T>,
  ): Promise<T> {
    const ask = asked(caller, verb, request);
    return await this.#parts.outcomes.once(ask, async () => await work(ask));
  }

  async #inTurn<T>(name: UnikernelName, work: () => Promise<T>): Promise<T> {
    return await this.#turns.take(name, async () => {
      if (this.#isClosing) throw new Failure('BUSY', 'the supervisor is being stopped; try again');
      return await work();
    });
  }

  /** What was begun is brought to its end; nothing more is begun. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await this.#turns.idle();
  }
}

import type { Done } from '@albatross/shared/contracts/fields';
import { Failure } from '@albatross/shared/contracts/failures';
import {
  UNIKERNELS_PER_PAGE_MAX,
  type createUnikernel,
  type destroyUnikernel,
  type listUnikernels,
  type UnikernelDetails,
} from '@albatross/shared/contracts/unikernel';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { admit } from '@albatross/shared/domain/admission';
import { isPathName, isWithin, type Name, type UnikernelName } from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { ImageNotes } from '@albatross/solo5';
import { rm } from 'node:fs/promises';
import type { Blobs, TakenBlob } from './blobs.ts';
import { diskFailure } from './disk.ts';
import type { Host, Tender } from './host/host.ts';
import type { Images } from './images.ts';
import { checkDevices, inspectImage } from './inspect-image.ts';
import type { LifeNumbers } from './life-numbers.ts';
import type { Keeping } from './keeping.ts';
import { asked, type Asked, type Outcomes } from './outcomes.ts';
import type { Records } from './records.ts';
import { tenderUid } from './tender-uid.ts';
import { Turns } from './turns.ts';
import { Unikernel } from './unikernel.ts';

interface Parts {
  readonly host: Host;
  readonly blobs: Blobs;
  readonly images: Images;
  readonly records: Records;
  readonly keeping: Keeping;
  readonly numbers: LifeNumbers;
  readonly unikernels: Map<UnikernelName, Unikernel>;
  readonly outcomes: Outcomes;
}

/** All unikernels, and what callers may do with them. */
export class Fleet {
  readonly #parts: Parts;
  /** One operation at a time for each unikernel. */
  readonly #turns = new Turns<UnikernelName>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async create(
    caller: string,
    request: RequestOf<typeof createUnikernel>,
  ): Promise<UnikernelDetails> {
    const ask = asked(caller, 'create', request);
    return await this.#parts.outcomes.once(ask, async () => {
      const blob = await this.#parts.blobs.take(caller, request.name, request.blob);
      try {
        const notes = inspectImage(blob.path, blob.sizeBytes);
        const tender = await this.#parts.host.findTender(notes.target, notes.abiVersion);
        checkDevices(notes);
        const config = configOf(request, notes, tender, blob);
        return await this.#turns.take(config.name, async () => {
          return await this.#admitted(config, async (unikernel, before) => {
            return await this.#bringUp(unikernel, before, tender, blob, ask);
          });
        });
      } finally {
        await rm(blob.path, { force: true });
      }
    });
  }

  /** Reserves name and share in one breath, so that requests at the same time cannot overshoot a limit. */
  async #admitted<T>(
    config: UnikernelConfig,
    work: (unikernel: Unikernel, before: Unikernel | null) => Promise<T>,
  ): Promise<T> {
    const { unikernels, host } = this.#parts;
    const before = unikernels.get(config.name) ?? null;
    if (before?.holdsResources) {
      throw new Failure('UNIKERNEL_EXISTS', `${config.name} is ${before.phase.kind}`, {
        name: config.name,
      });
    }
    const all = [...unikernels.values()];
    const held = all.filter((one) => one.holdsResources).map((one) => one.config);
    const excess = admit({ memoryMib: host.memoryMib() }, held, config);
    if (excess !== null) {
      const { limit, used, requested } = excess;
      throw new Failure(
        'POLICY_EXCEEDED',
        `the policy of ":" allows ${limit} MiB of memory; ${used} are used and ${requested} were requested`,
        { ...excess },
      );
    }
    const taken = all.map((one) => one.uid);
    const uid = tenderUid(host.tenderUids, before?.uid ?? null, taken);
    const unikernel = new Unikernel({ config, uid, restarts: 0, life: 0 });
    unikernels.set(config.name, unikernel);
    try {
      return await work(unikernel, before);
    } catch (error) {
      unikernel.apply({ kind: 'start-failed' });
      if (before === null) unikernels.delete(config.name);
      else unikernels.set(config.name, before);
      throw error;
    }
  }

  async #bringUp(
    unikernel: Unikernel,
    replaced: Unikernel | null,
    tender: Tender,
    blob: TakenBlob,
    ask: Asked,
  ): Promise<UnikernelDetails> {
    const { images, records, keeping } = this.#parts;
    const { name, digest } = unikernel.config;
    try {
      // It comes back if this one fails, and then it must not have forgotten its end.
      if (replaced?.phase.kind === 'exited')
        await records.writeEnded(replaced, replaced.phase.exit);
      await images.adopt(blob.path, digest);
    } catch (error) {
      throw diskFailure(error);
    }
    const before = records.of(name);
    try {
      unikernel.life = await this.#parts.numbers.take();
      await records.writeRunning(unikernel, { ask, reply: unikernel.details() });
      await keeping.start(unikernel, tender);
    } catch (error) {
      await records.undo(name, before);
      await images.release(digest);
      throw diskFailure(error);
    }
    if (replaced !== null) await images.release(replaced.config.digest);
    return unikernel.details();
  }

  async destroy(caller: string, request: RequestOf<typeof destroyUnikernel>): Promise<Done> {
    const { unikernels, images, records, keeping, outcomes } = this.#parts;
    const ask = asked(caller, 'destroy', request);
    return await outcomes.once(ask, async () => {
      return await this.#turns.take(request.name, async () => {
        const unikernel = this.#find(request.name);
        await records.writeGone(request.name, { ask, reply: {} });
        await keeping.stop(unikernel);
        unikernels.delete(request.name);
        await images.release(unikernel.config.digest);
        return {};
      });
    });
  }

  show(name: UnikernelName): UnikernelDetails {
    return this.#find(name).details();
  }

  list({ name, after }: RequestOf<typeof listUnikernels>): ReplyOf<typeof listUnikernels> {
    const names = [...this.#parts.unikernels.keys()]
      .filter((one) => isAtOrBelow(one, name) && (after === undefined || one > after))
      .toSorted();
    const page = names.slice(0, UNIKERNELS_PER_PAGE_MAX);
    const next = names.length > page.length ? (page.at(-1) ?? null) : null;
    return { unikernels: page.map((one) => this.#find(one).summary()), next };
  }

  #find(name: UnikernelName): Unikernel {
    const unikernel = this.#parts.unikernels.get(name);
    if (unikernel === undefined) {
      throw new Failure('UNIKERNEL_NOT_FOUND', `there is no unikernel ${name}`, { name });
    }
    return unikernel;
  }
}

function isAtOrBelow(one: UnikernelName, name: Name): boolean {
  return isPathName(name) ? isWithin(one, name) : one === name;
}

function configOf(
  request: RequestOf<typeof createUnikernel>,
  notes: ImageNotes,
  tender: Tender,
  blob: TakenBlob,
): UnikernelConfig {
  const { name, memoryMib, addName } = request;
  const { digest } = blob;
  const { target } = tender;
  return {
    name,
    digest,
    target,
    abiVersion: notes.abiVersion,
    memoryMib,
    arguments: request.arguments,
    addName,
  };
}

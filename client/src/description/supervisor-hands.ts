import type { Bus } from '@albatross/shared/bus/bus';
import { upload } from '@albatross/shared/bus/blobs';
import { createBlock, removeBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import { addPolicy, removePolicy } from '@albatross/shared/contracts/policy';
import {
  createUnikernel,
  destroyUnikernel,
  restartUnikernel,
  startUnikernel,
  stopUnikernel,
} from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { randomUUID } from 'node:crypto';
import { withBar, type Bars } from '../progress.ts';
import { openFile } from '../read-file.ts';
import type { Hands } from './carry-out.ts';
import {
  wayOf,
  type BlockChange,
  type Change,
  type PolicyChange,
  type UnikernelChange,
} from './change.ts';
import type { ImagesAtHand } from './images-at-hand.ts';
import { makeBlock } from './make-block.ts';
import { showBlock, showOne, showPolicy } from './read-tree.ts';
import type { Unikernel } from './tree.ts';

interface Parts {
  readonly bus: Bus;
  readonly bars: Bars;
  readonly images: ImagesAtHand;
  /** Files of what is on block devices at first. */
  readonly contents: ReadonlyMap<UnikernelName, string>;
}

/** Changes the running system. */
export class SupervisorHands implements Hands {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly look = async (change: Change): Promise<Change['before']> => {
    const { bus } = this.#parts;
    switch (change.kind) {
      case 'policy':
        return await showPolicy(bus, change.name);
      case 'block':
        return await showBlock(bus, change.name);
      case 'unikernel':
        return await showOne(bus, change.name);
    }
  };

  readonly carryOut = async (change: Change): Promise<void> => {
    switch (change.kind) {
      case 'policy':
        return await this.#setPolicy(change);
      case 'block':
        return await this.#changeBlock(change);
      case 'unikernel':
        return await this.#changeUnikernel(change);
    }
  };

  async #setPolicy({ name, after }: PolicyChange): Promise<void> {
    const { bus } = this.#parts;
    if (after === null) await bus.request(removePolicy, { id: randomUUID(), name });
    else await bus.request(addPolicy, { id: randomUUID(), name, policy: after });
  }

  async #changeBlock({ name, after }: BlockChange): Promise<void> {
    const { bus, bars, contents } = this.#parts;
    if (after === null) return void (await bus.request(removeBlock, { id: randomUUID(), name }));
    const content = contents.get(name);
    if (content === undefined)
      return void (await bus.request(createBlock, { id: randomUUID(), name, sizeMib: after }));
    await using file = await openFile(content);
    await makeBlock(bus, name, after, withBar(bars, `sending the content of ${name}`, file));
  }

  async #changeUnikernel(change: UnikernelChange): Promise<void> {
    const { bus } = this.#parts;
    const { name, after } = change;
    const asked = { id: randomUUID(), name };
    const way = wayOf(change);
    if (way === null) return;
    if (way === 'destroy' || after === null)
      return void (await bus.request(destroyUnikernel, asked));
    switch (way) {
      case 'start':
        return void (await bus.request(startUnikernel, asked));
      case 'stop':
        return void (await bus.request(stopUnikernel, asked));
      case 'reconfigure':
        return void (await bus.request(restartUnikernel, {
          ...asked,
          changes: configurationOf(after),
        }));
      case 'create':
        return await this.#create(name, after, false);
      case 'replace':
        return await this.#create(name, after, true);
      case 'renew':
        return await this.#renew(name, after);
    }
  }

  /** The image is there already when the old one goes. */
  async #renew(name: UnikernelName, after: Unikernel): Promise<void> {
    const { bus } = this.#parts;
    const blob = await this.#upload(name, after);
    await bus.request(destroyUnikernel, { id: randomUUID(), name });
    await this.#createFrom(blob, name, after, false);
  }

  async #create(name: UnikernelName, after: Unikernel, force: boolean): Promise<void> {
    await this.#createFrom(await this.#upload(name, after), name, after, force);
  }

  async #upload(name: UnikernelName, { digest }: Unikernel): Promise<string> {
    await using image = await this.#parts.images.open(digest);
    const { source } = withBar(this.#parts.bars, `sending the image of ${name}`, image);
    return await upload(this.#parts.bus, name, source);
  }

  async #createFrom(
    blob: string,
    name: UnikernelName,
    after: Unikernel,
    force: boolean,
  ): Promise<void> {
    const made = await this.#parts.bus.request(createUnikernel, {
      id: randomUUID(),
      name,
      blob,
      force,
      start: after.state !== 'stopped',
      ...configurationOf(after),
    });
    if (made.digest === after.digest) return;
    throw new Failure(
      'BLOB_DIGEST_MISMATCH',
      `the file of its image was changed meanwhile; its sha256 is ${made.digest} by now`,
    );
  }
}

function configurationOf(unikernel: Unikernel) {
  const { memoryMib, cpus, nets, blocks, startupPriority, restart, addName } = unikernel;
  return {
    memoryMib,
    cpus: [...cpus],
    nets: nets.map(({ name, bridge, mac }) => ({ name, bridge, ...(mac === null ? {} : { mac }) })),
    blocks: blocks.map(({ name, device, sectorBytes }) => ({
      name,
      device,
      ...(sectorBytes === null ? {} : { sectorBytes }),
    })),
    startupPriority,
    restart: restart.kind === 'never' ? restart : { ...restart, statuses: [...restart.statuses] },
    arguments: [...unikernel.arguments],
    addName,
  };
}

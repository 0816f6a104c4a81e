import { isTenant, type Identity } from '@albatross/shared/contracts/identities';
import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice } from '@albatross/shared/domain/device';
import { defaultMac } from '@albatross/shared/domain/mac';
import {
  isWithin,
  pathOf,
  ROOT,
  type PathName,
  type UnikernelName,
} from '@albatross/shared/domain/name';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { Blocks } from '../blocks/blocks.ts';
import type { Host } from '../host/host.ts';
import type { Inventory } from './inventory.ts';
import type { Keeping } from './keeping.ts';
import type { PolicyBook } from '../policies/policies.ts';
import { tenderUid } from './tender-uid.ts';
import { shareOf, type Unikernel } from './unikernel.ts';

interface Parts {
  readonly host: Host;
  readonly policies: PolicyBook;
  readonly blocks: Blocks;
  readonly inventory: Inventory;
  readonly keeping: Keeping;
}

/**
 * What unikernels take of policies, block devices and users. Everything here happens in one breath, so that
 * requests at the same time cannot overshoot a limit.
 */
export class Reservations {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** For a unikernel that holds nothing yet, and now must be made known. Returns its user. Throws a `Failure`. */
  take(config: UnikernelConfig, hadUid: number | null, caller: string): number | null {
    this.#admit(config, caller);
    const uid = this.uidFor(config.name, hadUid);
    this.#parts.blocks.claim(config.name, config.blocks);
    return uid;
  }

  /** The user of its next tender. Throws a `Failure`. */
  uidFor(name: UnikernelName, had: number | null): number | null {
    const { host, inventory, keeping } = this.#parts;
    const taken = [...inventory.uidsBeside(name), ...keeping.orphans.uids];
    return tenderUid(host.tenderUids, had, taken);
  }

  /** Until `keep` it holds what both take. Throws a `Failure`. */
  takeAlso(unikernel: Unikernel, next: UnikernelConfig, caller: string): void {
    this.#admit(next, caller);
    this.#parts.blocks.claim(next.name, next.blocks);
    unikernel.other = next;
  }

  /** From now on it holds what this one takes; or nothing, if it has ended meanwhile. */
  keep(unikernel: Unikernel, config: UnikernelConfig): void {
    unikernel.other = null;
    if (unikernel.holdsResources) this.#parts.blocks.keep(config.name, config.blocks);
    else this.giveBack(config.name);
  }

  giveBack(name: UnikernelName): void {
    this.#parts.blocks.release(name);
  }

  #admit(config: UnikernelConfig, caller: string): void {
    const { inventory, policies } = this.#parts;
    const others = inventory.shares().filter(({ name }) => name !== config.name);
    const visible = visibleTo(caller, config.name);
    policies.admitUnikernel(shareOf(config), others, visible);
    this.#refuseSameAddress(config, visible);
  }

  /** An address that follows from names has 24 bits of its own: two guests at one bridge may come to the same. */
  #refuseSameAddress(config: UnikernelConfig, visible: PathName): void {
    const wanted = new Map(addressesOf(config));
    if (wanted.size === 0) return;
    for (const other of this.#parts.inventory.all()) {
      const { name } = other.config;
      if (!other.holdsResources || name === config.name) continue;
      const configs = other.other === null ? [other.config] : [other.config, other.other];
      for (const [address] of configs.flatMap(addressesOf)) {
        const net = wanted.get(address);
        if (net === undefined) continue;
        const whose = isWithin(name, visible) ? name : 'another unikernel';
        throw new Failure(
          'DEVICE_INVALID',
          `the network device ${net.name} would have the address of ${whose} at the bridge ${net.bridge}; give it one of its own, as in --net ${net.name}:${net.bridge}@02:00:00:00:00:01`,
          { device: net.name, bridge: net.bridge },
        );
      }
    }
  }
}

/** Each with the bridge and the address in one. */
function addressesOf({ name, nets }: UnikernelConfig): (readonly [string, NetDevice])[] {
  return nets.map((net) => [`${net.bridge} ${net.mac ?? defaultMac(net.name, name)}`, net]);
}

/** Whose names a refusal may tell: whoever comes with a certificate, or rules one path, knows of no path but its own. */
export function visibleTo(caller: string, name: UnikernelName): PathName {
  const isConfined = caller === ('tls-gateway' satisfies Identity) || isTenant(caller);
  return isConfined ? pathOf(name) : ROOT;
}

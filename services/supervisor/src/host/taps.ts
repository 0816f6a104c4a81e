import { Failure } from '@albatross/shared/contracts/failures';
import type { NetDevice, Tap } from '@albatross/shared/domain/device';
import { defaultMac } from '@albatross/shared/domain/mac';
import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IpBatch, IpCommand } from './ip-batch.ts';

/** Ours: no other program, the original least of all, calls an interface so. */
export const TAP_NAME = /^alb[a-z0-9]{8}$/;
const TAP_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * The taps of unikernels' network devices. A tap is ours when its name is in our record, looks like ours,
 * and its alias is `albatross:<wire form of the unikernel's name>`. So the caller first writes a plan down,
 * then has it made, and removes the taps before it forgets the plan: whenever we are killed, what there is
 * can be found again.
 */
export class Taps {
  readonly #ip: Pick<IpBatch, 'run' | 'renew'>;
  readonly #removals: Pick<IpBatch, 'run'>;
  readonly #interfaces: string;
  /** The index each bridge had when we last used it; `ip` remembers it too. */
  readonly #bridgeIndices = new Map<string, string>();

  /** `removals`: a batch of its own, so that nobody who wants a tap waits for many to be removed. */
  constructor(parts: {
    readonly ip: Pick<IpBatch, 'run' | 'renew'>;
    readonly removals?: Pick<IpBatch, 'run'>;
    readonly sysfs?: string;
  }) {
    this.#ip = parts.ip;
    this.#removals = parts.removals ?? parts.ip;
    this.#interfaces = `${parts.sysfs ?? '/sys'}/class/net`;
  }

  /** A fresh interface for each device, with the address its guest will have; makes nothing. */
  plan(nets: readonly NetDevice[], name: UnikernelName): readonly Tap[] {
    const taken = new Set<string>();
    return nets.map((net) => {
      let tap = freshName();
      while (taken.has(tap) || this.#exists(tap)) tap = freshName();
      taken.add(tap);
      return {
        device: net.name,
        bridge: net.bridge,
        tap,
        mac: net.mac ?? defaultMac(net.name, name),
      };
    });
  }

  /**
   * Makes all taps of a plan, for the user of this id or for root, up and at their bridges. When it fails it
   * removes what it made and throws a `Failure`; where that failed too, it says so, and `remove` is to be
   * called once more.
   */
  async make(
    taps: readonly Tap[],
    owner: { readonly name: UnikernelName; readonly uid: number | null },
  ): Promise<void> {
    const stranger = taps.find(({ tap }) => this.#exists(tap));
    if (stranger !== undefined)
      throw failure('made', [stranger], 'there is an interface of this name');
    try {
      await this.#noticeBridges(taps);
      await this.#ip.run(taps.flatMap((tap) => making(tap, owner)));
    } catch (error) {
      const left = await this.remove(taps, owner.name).catch((left: unknown) => left);
      const why = [error, left].filter((each) => each !== undefined).map(textOf);
      throw failure('made', taps, why.join('; moreover '));
    }
  }

  /**
   * Removes those that are still there, even from under a tender. An interface that is not ours is left
   * alone. Throws a `Failure` when `ip` fails, after it has tried all.
   */
  async remove(taps: readonly Tap[], name: UnikernelName): Promise<void> {
    const ours = taps.filter(({ tap }) => this.#isOurs(tap, name));
    // One run for each: a removal takes the kernel up to 20 ms, and others may want to go in between.
    const ends = await Promise.allSettled(ours.map(async ({ tap }) => await this.#removeOne(tap)));
    const causes = ends.flatMap((end) => (end.status === 'rejected' ? [textOf(end.reason)] : []));
    if (causes.length > 0) throw failure('removed', ours, [...new Set(causes)].join('; '));
  }

  async #removeOne(tap: string): Promise<void> {
    try {
      await this.#removals.run([['link', 'del', 'dev', tap]]);
    } catch (error) {
      // Somebody may have been faster, or the process have died of something else after it had done this.
      if (this.#exists(tap)) throw error;
    }
  }

  /**
   * The alias confirms it. A tap of ours has none if `ip` was killed after it made the tap and before its
   * next command; then the tap is still as it was born: down, and at no bridge.
   */
  #isOurs(tap: string, name: UnikernelName): boolean {
    if (!TAP_NAME.test(tap)) return false;
    const alias = this.#attribute(tap, 'ifalias');
    return alias === aliasOf(name) || (alias === '' && this.#isNewborn(tap));
  }

  #isNewborn(tap: string): boolean {
    const isTap = this.#attribute(tap, 'tun_flags') !== null;
    const isUp = (Number(this.#attribute(tap, 'flags') ?? IFF_UP) & IFF_UP) !== 0;
    return isTap && !isUp && !existsSync(`${this.#interfaces}/${tap}/master`);
  }

  /** A bridge that was replaced has another index; by the old one, `ip` would miss it or find another. */
  async #noticeBridges(taps: readonly Tap[]): Promise<void> {
    let isReplaced = false;
    for (const { bridge } of taps) {
      const index = this.#attribute(bridge, 'ifindex');
      if (index === null) continue;
      const before = this.#bridgeIndices.get(bridge);
      isReplaced ||= before !== undefined && before !== index;
      this.#bridgeIndices.set(bridge, index);
    }
    if (isReplaced) await this.#ip.renew();
  }

  #exists(tap: string): boolean {
    return existsSync(`${this.#interfaces}/${tap}`);
  }

  /** Null when there is no such interface, or it has no such attribute. */
  #attribute(tap: string, attribute: string): string | null {
    try {
      return readFileSync(`${this.#interfaces}/${tap}/${attribute}`, 'utf8').trim();
    } catch {
      return null;
    }
  }
}

const IFF_UP = 1;

/** Where the kernel speaks IPv6; where it does not, it takes no command about it. */
const IPV6_ADDRESSES = '/proc/net/if_inet6';

/**
 * The alias first, so that the tap is known as ours from then on. Without `addrgenmode none` the host would
 * give itself an address on the tap and talk to the guest.
 */
function making(
  { tap, bridge }: Tap,
  { name, uid }: { readonly name: UnikernelName; readonly uid: number | null },
): readonly IpCommand[] {
  const user = uid === null ? [] : ['user', String(uid)];
  const silent = existsSync(IPV6_ADDRESSES) ? ['addrgenmode', 'none'] : [];
  return [
    ['tuntap', 'add', 'dev', tap, 'mode', 'tap', ...user],
    ['link', 'set', 'dev', tap, 'alias', aliasOf(name), ...silent],
    ['link', 'set', 'dev', tap, 'master', bridge],
    ['link', 'set', 'dev', tap, 'up'],
  ];
}

function aliasOf(name: UnikernelName): string {
  return `albatross:${wireForm(name)}`;
}

function freshName(): string {
  return `alb${Array.from({ length: 8 }, () => TAP_LETTERS[randomInt(TAP_LETTERS.length)]).join('')}`;
}

function failure(what: 'made' | 'removed', taps: readonly Tap[], why: string): Failure {
  const list = taps.map(({ tap, bridge }) => `${tap} at ${bridge}`).join(', ');
  return new Failure('NETWORK_FAILED', `not all of the taps ${list} could be ${what}: ${why}`, {
    bridges: [...new Set(taps.map(({ bridge }) => bridge))],
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

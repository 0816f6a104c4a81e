import type { NetDevice, Tap } from '@albatross/shared/domain/device';
import { defaultMac } from '@albatross/shared/domain/mac';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Taps } from '../host/taps.ts';

interface FakeTap {
  readonly name: UnikernelName;
  readonly uid: number | null;
  readonly bridge: string;
}

/** Taps in memory. */
export class FakeTaps implements Pick<Taps, 'plan' | 'make' | 'remove'> {
  /** Those there are, by interface. */
  readonly there = new Map<string, FakeTap>();
  /** What making, and removing, fails with. */
  makeFailure: Error | null = null;
  removeFailure: Error | null = null;
  #planned = 0;

  plan(nets: readonly NetDevice[], name: UnikernelName): readonly Tap[] {
    return nets.map((net) => {
      this.#planned += 1;
      const mac = net.mac ?? defaultMac(net.name, name);
      return { device: net.name, bridge: net.bridge, tap: `fake${this.#planned}`, mac };
    });
  }

  async make(
    taps: readonly Tap[],
    owner: { readonly name: UnikernelName; readonly uid: number | null },
  ): Promise<void> {
    if (this.makeFailure !== null) throw this.makeFailure;
    for (const { tap, bridge } of taps) this.there.set(tap, { ...owner, bridge });
  }

  async remove(taps: readonly Tap[], name: UnikernelName): Promise<void> {
    if (this.removeFailure !== null) throw this.removeFailure;
    for (const { tap } of taps) if (this.there.get(tap)?.name === name) this.there.delete(tap);
  }
}

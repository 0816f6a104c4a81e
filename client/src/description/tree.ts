import { defaultMac } from '@albatross/shared/domain/mac';
import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import type { UnikernelConfig } from '@albatross/shared/domain/unikernel';

/** What there is, or shall be, at and below a path. */
export interface Tree {
  readonly policies: ReadonlyMap<PathName, Policy>;
  /** Sizes in MiB. */
  readonly blocks: ReadonlyMap<UnikernelName, number>;
  readonly unikernels: ReadonlyMap<UnikernelName, Unikernel>;
}

/** All that a unikernel can be given, in one form for the same: see `normalForm`. */
export interface Unikernel extends Omit<UnikernelConfig, 'name' | 'target' | 'abiVersion'> {
  /**
   * `running`: nobody has stopped it; it may be waiting for its next try. `ended`: it ended by itself, for good,
   * which is where one that runs may get to; so a file cannot ask for it, and the two count as the same.
   */
  readonly state: 'running' | 'stopped' | 'ended';
}

/** Devices by name, each status once, and no address that follows from the names anyway. */
export function normalForm(name: UnikernelName, unikernel: Unikernel): Unikernel {
  const { digest, memoryMib, cpus, nets, blocks, startupPriority, restart } = unikernel;
  return {
    digest,
    memoryMib,
    cpus: [...cpus],
    nets: byName(nets).map((net) => ({
      name: net.name,
      bridge: net.bridge,
      mac: net.mac === defaultMac(net.name, name) ? null : net.mac,
    })),
    blocks: byName(blocks).map(({ name, device, sectorBytes }) => ({ name, device, sectorBytes })),
    startupPriority,
    restart:
      restart.kind === 'never'
        ? { kind: 'never' }
        : { kind: 'on-exit', statuses: [...new Set(restart.statuses)].toSorted((a, b) => a - b) },
    arguments: [...unikernel.arguments],
    addName: unikernel.addName,
    state: unikernel.state,
  };
}

function byName<T extends { readonly name: string }>(devices: readonly T[]): readonly T[] {
  return devices.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether both have the same image and are given the same, whatever their states. */
export function isAlike(one: Unikernel, other: Unikernel): boolean {
  return isSame({ ...one, state: null }, { ...other, state: null });
}

/** Of values in normal form. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function isStopped({ state }: Unikernel): boolean {
  return state === 'stopped';
}

import type { NetSample } from '@albatross/shared/contracts/stats';
import { join } from 'node:path';
import type { Kernel } from './kernel/kernel.ts';
import { KeptFile } from './kernel/kernel-file.ts';
import { NetDeviceTable, type NetCounters } from './kernel/net-device-table.ts';
import type { NetLink } from './kernel/net-link.ts';
import type { SampledNet, SampledProcess } from './sampled-process.ts';
import type { Troubles } from './troubles.ts';

interface Dependencies {
  readonly kernel: Kernel;
  readonly troubles: Troubles;
}

type Table = Pick<NetDeviceTable, 'get'>;

/** The interfaces of the host, all read at once. */
export class Nets implements Disposable {
  readonly #troubles: Troubles;
  readonly #file: KeptFile;

  constructor({ kernel, troubles }: Dependencies) {
    this.#troubles = troubles;
    // Of the network this process is in.
    this.#file = new KeptFile(join(kernel.proc, 'net/dev'));
  }

  /** As they are now, for these processes. */
  look(processes: readonly SampledProcess[]): NetsSeen {
    const isNeeded = processes.some(({ nets }) => nets.length > 0);
    return new NetsSeen(() => (isNeeded ? this.#read() : NOTHING));
  }

  /** Null when that cannot be told. */
  #read(): Table | null {
    try {
      const table = new NetDeviceTable(this.#file.read());
      this.#troubles.over(READING);
      return table;
    } catch (error) {
      this.#troubles.warn(READING, 'no tap can be sampled', { error });
      return null;
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

const READING = 'reading';
const NOTHING: Table = new NetDeviceTable(Buffer.alloc(0));

/** The taps of processes as they were at one moment. */
export class NetsSeen {
  readonly #read: () => Table | null;
  readonly #first: Table | null;
  #second: Table | null = null;

  constructor(read: () => Table | null) {
    this.#read = read;
    this.#first = read();
  }

  /** Those of one process that are there. */
  sample(process: SampledProcess, isWhole: boolean): NetSample[] {
    if (this.#first === null) return [];
    const samples: NetSample[] = [];
    for (const net of process.nets) {
      const counters = this.#countersOf(net, process);
      if (counters === null) continue;
      if (isWhole || net.link === null) net.link = this.#linkOf(net, process);
      if (net.link !== null) samples.push(sampleOf(net, net.link, counters));
    }
    return samples;
  }

  #countersOf(
    { tap, absence, reader }: SampledNet,
    { name, life, troubles }: SampledProcess,
  ): NetCounters | null {
    const counters =
      this.#first?.get(tap) ?? (troubles.isTold(absence) ? undefined : this.#lookAgain().get(tap));
    if (counters !== undefined) {
      troubles.over(absence);
      return counters;
    }
    // Another that is called so later is to be found by its name.
    reader[Symbol.dispose]();
    troubles.warn(absence, 'a tap is gone', { name, life, tap });
    return null;
  }

  /**
   * The kernel hands its table over in pieces, and what stands between two of them may be missed when
   * another is removed at that moment: a tap is looked for twice before it is believed to be gone.
   */
  #lookAgain(): Table {
    this.#second ??= this.#read() ?? NOTHING;
    return this.#second;
  }

  /** What it was, when it cannot be read. */
  #linkOf(
    { tap, link, reader }: SampledNet,
    { name, life, troubles }: SampledProcess,
  ): NetLink | null {
    try {
      return reader.read();
    } catch (error) {
      troubles.warn(`link ${tap}`, 'a tap cannot be read', { name, life, tap, error });
      return link;
    }
  }
}

/** Spelled out: there may be thousands. */
function sampleOf(
  { name, tap }: SampledNet,
  { mtu, flags }: NetLink,
  { fromGuest, toGuest, multicastFromGuest, collisions }: NetCounters,
): NetSample {
  return { name, tap, mtu, flags, fromGuest, toGuest, multicastFromGuest, collisions };
}

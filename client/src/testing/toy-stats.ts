import type { Bus } from '@albatross/shared/bus/bus';
import { endpoint } from '@albatross/shared/bus/serve';
import { Failure } from '@albatross/shared/contracts/failures';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import {
  addProcess,
  listStats,
  removeProcess,
  statsFeed,
  type Sample,
} from '@albatross/shared/contracts/stats';
import { hostStats } from '@albatross/shared/contracts/host-stats';
import { isPathName, isWithin, parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';

const PAGE = 2;
const MIB = 1024 * 1024;

export type HostReply = ReplyOf<typeof hostStats>;

const PROCESS: Sample['process'] = {
  utimeUs: 1_500_000,
  stimeUs: 250_000,
  cpuShare: 0.125,
  minorFaults: 300,
  majorFaults: 2,
  threads: 3,
  vsizeBytes: 2048 * MIB,
  rssBytes: 32 * MIB,
  maxRssBytes: 40 * MIB,
  textBytes: MIB,
  dataBytes: 3 * MIB,
  swaps: 0,
  voluntarySwitches: 70,
  involuntarySwitches: 8,
  readBytes: 5 * MIB,
  writtenBytes: 6 * MIB,
};

export function sampleOf(
  name: string,
  at: number,
  {
    process = {},
    ...parts
  }: Partial<Omit<Sample, 'process'>> & { readonly process?: Partial<Sample['process']> } = {},
): Sample {
  return {
    name: parseUnikernelName(name),
    life: 1,
    at,
    pid: 42,
    startedAt: Math.max(0, at - 3_600_000),
    pageBytes: 4096,
    process: { ...PROCESS, ...process },
    kvm: null,
    nets: [],
    ...parts,
  };
}

/** Counters of a net, bytes in each direction. */
export function netOf(name: string, toGuestBytes: number, fromGuestBytes: number) {
  const traffic = { packets: 10, errors: 1, dropped: 2 };
  return {
    name,
    tap: `tap-${name}`,
    mtu: 1500,
    flags: 0x1043,
    toGuest: { ...traffic, bytes: toGuestBytes },
    fromGuest: { ...traffic, bytes: fromGuestBytes },
    multicastFromGuest: 4,
    collisions: 5,
  };
}

export function hostOf(path: string, at: number): HostReply {
  return {
    host: {
      at,
      cpus: 4,
      cpuShare: 1.5,
      load: [0.5, 0.25, 0.125],
      memoryBytes: 16 * 1024 * MIB,
      memoryAvailableBytes: 12 * 1024 * MIB,
      uptimeS: 86_400,
    },
    paths: [
      {
        path: path as HostReply['paths'][number]['path'],
        processes: 2,
        cpuShare: 0.25,
        rssBytes: 64 * MIB,
        fromGuestBytes: 100,
        toGuestBytes: 200,
        policy: {
          maximum: { unikernels: 9, memoryMib: 999, blockMib: null },
          used: { unikernels: 3, memoryMib: 96, attachedBlockMib: 0, unattachedBlockMib: 0 },
        },
      },
    ],
    next: null,
  };
}

/** A statistics service, which does as a test says. Its lists have two items a page. */
export class ToyStats {
  readonly #bus: Bus;
  samples: Sample[];
  intervalMs = 10_000;
  /** Called before every answer of a list. */
  beforeAnswer: () => Promise<void> | void = () => undefined;
  /** Lists asked for: the name, and behind which one. */
  readonly asked: string[] = [];
  readonly hostsAsked: string[] = [];
  readonly added: RequestOf<typeof addProcess>[] = [];

  private constructor(bus: Bus, samples: Sample[]) {
    this.#bus = bus;
    this.samples = samples;
  }

  static async start(bus: Bus, samples: Sample[] = []): Promise<ToyStats> {
    const self = new ToyStats(bus, samples);
    await bus.serve({
      service: 'stats',
      version: '1.0.0',
      endpoints: [
        endpoint(listStats, async (body) => await self.#list(body)),
        endpoint(hostStats, async ({ name }) => {
          self.hostsAsked.push(name);
          return hostOf(name, Date.now());
        }),
        endpoint(addProcess, async (body) => self.#add(body)),
        endpoint(removeProcess, async ({ name }) => self.#remove(name)),
      ],
      onDrop: (subject, why) => assert.fail(`${subject}: ${why}`),
    });
    return self;
  }

  /** Samples, and tells whoever follows. */
  sweep(...samples: readonly Sample[]): void {
    const swept = new Set(samples.map(({ name }) => name));
    this.samples = [...this.samples.filter(({ name }) => !swept.has(name)), ...samples];
    for (const sample of samples) this.tell(sample);
  }

  tell(sample: Sample): void {
    this.#bus.publish(statsFeed, sample.name, sample);
  }

  async #list({ name, after }: RequestOf<typeof listStats>): Promise<ReplyOf<typeof listStats>> {
    this.asked.push(`${name} ${after ?? ''}`.trimEnd());
    await this.beforeAnswer();
    const found = this.samples
      .filter((one) => (isPathName(name) ? isWithin(one.name, name) : one.name === name))
      .filter((one) => after === undefined || one.name > after)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const samples = found.slice(0, PAGE);
    const next = found.length > PAGE ? (samples.at(-1)?.name ?? null) : null;
    return { samples, next, intervalMs: this.intervalMs };
  }

  #add(body: RequestOf<typeof addProcess>): Record<string, never> {
    if (this.added.some(({ name }) => name === body.name))
      throw new Failure('STATS_EXISTS', `${body.name} is sampled already`);
    this.added.push(body);
    return {};
  }

  #remove(name: string): Record<string, never> {
    const index = this.added.findIndex((one) => one.name === name);
    if (index === -1) throw new Failure('STATS_NOT_FOUND', `nobody added ${name}`);
    this.added.splice(index, 1);
    return {};
  }
}

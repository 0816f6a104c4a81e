import type { MessageOf } from '@albatross/shared/contracts/feed';
import {
  HEARTBEAT_PARTS_MAX,
  type DomainUse,
  type heartbeatFeed,
} from '@albatross/shared/contracts/heartbeat';
import { PROCESSES } from '@albatross/shared/contracts/identities';
import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import type { HostSample } from '@albatross/shared/contracts/host-stats';
import { unikernelName } from '@albatross/shared/domain/testing/arbitrary-name';
import { parseUnikernelName, pathOf } from '@albatross/shared/domain/name';
import { path } from '@albatross/shared/domain/testing/policies';
import * as fc from 'fast-check';

export type Message = MessageOf<typeof heartbeatFeed>;

/** What a heartbeat says that a test says nothing of. */
export function message(more: Partial<Message> = {}): Message {
  return {
    process: 'supervisor',
    version: '1.2.3',
    at: 1_700_000_000_500,
    startedAt: 1_600_000_000_000,
    pid: 17,
    sequence: 1,
    intervalMs: 10_000,
    part: 1,
    parts: 1,
    usage: {
      utimeUs: 1_500_000,
      stimeUs: 250_000,
      maxRssBytes: 3000,
      minorFaults: 5,
      majorFaults: 1,
      voluntarySwitches: 7,
      involuntarySwitches: 8,
      rssBytes: 2000,
      vsizeBytes: 9000,
      threads: 11,
      openFiles: 12,
    },
    connections: [],
    figures: {},
    digest: {},
    domains: [],
    ...more,
  };
}

export function domain(of: string, more: Partial<DomainUse> = {}): DomainUse {
  const used = { unikernels: 1, memoryMib: 32, attachedBlockMib: 2, unattachedBlockMib: 3 };
  return { path: path(of), maximum: null, used, ...more };
}

export const HOST: HostSample = {
  at: 1_700_000_000_250,
  cpus: 2,
  cpuShare: 0.5,
  load: [0.25, 1, 2],
  memoryBytes: 8192,
  memoryAvailableBytes: 4096,
  uptimeS: 12.5,
};

/** What the kernel tells of a unikernel, with all numbers there are different. */
export function sample(name: string, more: Partial<Sample> = {}): Sample {
  return {
    name: parseUnikernelName(name),
    life: 4,
    at: 1_700_000_000_125,
    pid: 4711,
    startedAt: 1_699_999_999_750,
    pageBytes: 4096,
    process: {
      utimeUs: 2_500_000,
      stimeUs: 750_000,
      cpuShare: 0.125,
      minorFaults: 21,
      majorFaults: 22,
      threads: 23,
      vsizeBytes: 24,
      rssBytes: 25,
      maxRssBytes: 26,
      textBytes: 27,
      dataBytes: 28,
      swaps: 29,
      voluntarySwitches: 30,
      involuntarySwitches: 31,
      readBytes: 32,
      writtenBytes: 33,
    },
    kvm: { exits: 34 },
    nets: [net('service', 'tap7')],
    ...more,
  };
}

export function net(name: string, tap: string): NetSample {
  return {
    name,
    tap,
    mtu: 1500,
    flags: 4099,
    fromGuest: { bytes: 41, packets: 42, errors: 43, dropped: 44 },
    toGuest: { bytes: 45, packets: 46, errors: 47, dropped: 48 },
    multicastFromGuest: 49,
    collisions: 50,
  };
}

const count = fc.maxSafeNat();
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', '\n', '\ud800'),
);

/** Whatever a process of ours may say, and more: parts in any order, of any heartbeat. */
export const anyMessage: fc.Arbitrary<Message> = fc.record({
  process: fc.constantFrom(...PROCESSES),
  version: text,
  at: count,
  startedAt: fc.nat(2),
  pid: fc.integer({ min: 1, max: 2 }),
  sequence: fc.integer({ min: 1, max: 4 }),
  intervalMs: fc.integer({ min: 1 }),
  part: fc.integer({ min: 1, max: HEARTBEAT_PARTS_MAX + 1 }),
  parts: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: HEARTBEAT_PARTS_MAX })),
  usage: fc.constant(message().usage),
  connections: fc.array(fc.record({ kind: text, active: count, total: count })),
  figures: numbers('restarts', 'linesDropped', 'requestsDropped'),
  digest: numbers('domains'),
  domains: fc.array(unikernelName.map((name) => domain(pathOf(name)))),
});

export const anySample: fc.Arbitrary<Sample> = fc
  .record({
    name: unikernelName,
    life: fc.option(count),
    cpuShare: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    maxRssBytes: fc.option(count),
    kvm: fc.option(numbers()),
    nets: fc.array(fc.tuple(text, text).map(([name, tap]) => net(name, tap))),
  })
  .map(({ name, cpuShare, maxRssBytes, ...rest }) => {
    const { process, ...other } = sample(name);
    return { ...other, process: { ...process, cpuShare, maxRssBytes }, ...rest };
  });

function numbers(...often: readonly string[]): fc.Arbitrary<Record<string, number>> {
  const key = often.length === 0 ? text : fc.oneof(fc.constantFrom(...often), text);
  return fc.dictionary(key, fc.double({ noNaN: true, noDefaultInfinity: true }));
}

import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import { parseUnikernelName } from '@albatross/shared/domain/name';

/** A sample, of which only what a test is about is said. */
export function sampleOf(name: string, content: Partial<Sample> = {}): Sample {
  return {
    name: parseUnikernelName(name),
    life: 1,
    at: 1_700_000_000_000,
    pid: 17,
    startedAt: 1_699_999_000_000,
    pageBytes: 4096,
    process: {
      utimeUs: 0,
      stimeUs: 0,
      cpuShare: null,
      minorFaults: 0,
      majorFaults: 0,
      threads: 1,
      vsizeBytes: 0,
      rssBytes: 0,
      maxRssBytes: null,
      textBytes: null,
      dataBytes: null,
      swaps: 0,
      voluntarySwitches: null,
      involuntarySwitches: null,
      readBytes: null,
      writtenBytes: null,
    },
    kvm: null,
    nets: [],
    ...content,
  };
}

export function netOf(tap: string, fromGuestBytes: number, toGuestBytes: number): NetSample {
  const direction = (bytes: number) => ({ bytes, packets: 1, errors: 0, dropped: 0 });
  return {
    name: 'service',
    tap,
    mtu: 1500,
    flags: 0x1043,
    fromGuest: direction(fromGuestBytes),
    toGuest: direction(toGuestBytes),
    multicastFromGuest: 0,
    collisions: 0,
  };
}

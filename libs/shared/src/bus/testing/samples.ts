import type { Sample } from '../../contracts/stats.ts';
import { parseUnikernelName } from '../../domain/name.ts';

/** A sample with something in each field, no two numbers the same where a mix-up could hide. */
export function sampleOf(name: string, at: number, parts: Partial<Sample> = {}): Sample {
  return {
    name: parseUnikernelName(name),
    life: 3,
    at,
    pid: 4711,
    startedAt: Math.max(0, at - 61_250),
    pageBytes: 4096,
    process: {
      utimeUs: 1_500_000,
      stimeUs: 20,
      cpuShare: 0.25,
      minorFaults: 101,
      majorFaults: 2,
      threads: 3,
      vsizeBytes: 67_108_864,
      rssBytes: 40_960,
      maxRssBytes: 409_600,
      textBytes: 8192,
      dataBytes: 12_288,
      swaps: 4,
      voluntarySwitches: 5,
      involuntarySwitches: 6,
      readBytes: 7,
      writtenBytes: 8,
    },
    kvm: { exits: 900, halt_exits: 31 },
    nets: [
      {
        name: 'service',
        tap: 'albtap1',
        mtu: 1500,
        flags: 0x1043,
        fromGuest: { bytes: 60, packets: 1, errors: 11, dropped: 12 },
        toGuest: { bytes: 120, packets: 2, errors: 13, dropped: 14 },
        multicastFromGuest: 15,
        collisions: 16,
      },
    ],
    ...parts,
  };
}

import type { Name } from '@albatross/shared/domain/name';
import { escapeControl } from '@albatross/shared/runtime/escape';
import type { WireData } from '@albatross/wire';
import { bytesText, cpuText, UNKNOWN } from '../quantity.ts';

export type WireStatistics = Extract<WireData, { kind: 'statistics' }>['statistics'];

/** What another host told of one unikernel. */
export interface RemoteSample {
  /** Below the path that was asked about. */
  readonly name: Name;
  /** When it came, milliseconds since 1970: the wire does not tell when it was taken. */
  readonly at: number;
  readonly statistics: WireStatistics;
}

/**
 * As samples of this host are, but for what the wire does not tell. Memory is in pages, whose size it does
 * not tell either.
 */
export function remoteSampleToJson(sample: RemoteSample, cpuShare: number | null): object {
  const { name, at, statistics } = sample;
  const { rusage, mem, interfaces, vmm } = statistics;
  return {
    name,
    at: new Date(at).toISOString(),
    startedAt: startText(statistics),
    process: {
      utimeUs: microseconds(rusage.utime),
      stimeUs: microseconds(rusage.stime),
      cpuShare,
      minorFaults: Number(rusage.minflt),
      majorFaults: Number(rusage.majflt),
      vsizeBytes: numberOf(mem?.vsize),
      rssPages: numberOf(mem?.rss),
      textPages: numberOf(mem?.tsize),
      dataPages: numberOf(mem?.dsize),
      swaps: Number(rusage.nswap),
      voluntarySwitches: Number(rusage.nvcsw),
      involuntarySwitches: Number(rusage.nivcsw),
    },
    vmm:
      vmm === null ? null : Object.fromEntries(vmm.map(({ key, value }) => [key, Number(value)])),
    nets: interfaces.map(netToJson),
  };
}

/** One line of a terminal. */
export function remoteSampleToText(sample: RemoteSample, cpuShare: number | null): string {
  const { name, at, statistics } = sample;
  const { mem, interfaces } = statistics;
  const memory = mem === null ? UNKNOWN : bytesText(Number(mem.rss) * PAGE_BYTES);
  const parts = [
    `${new Date(at).toISOString()} ${escapeControl(name)}: CPU ${cpuText(cpuShare)}`,
    `memory ${memory}`,
  ];
  if (interfaces.length === 0) return parts.join(', ');
  // Seen from the guest: what the host puts out comes to it.
  const inBytes = interfaces.reduce((sum, { outputBytes }) => sum + Number(outputBytes), 0);
  const outBytes = interfaces.reduce((sum, { inputBytes }) => sum + Number(inputBytes), 0);
  return [...parts, `in ${bytesText(inBytes)}`, `out ${bytesText(outBytes)}`].join(', ');
}

/** Of every machine that runs unikernels today, but for some of ARM. */
const PAGE_BYTES = 4096;

type WireInterface = WireStatistics['interfaces'][number];

function netToJson(net: WireInterface): object {
  return {
    name: net.bridge,
    mtu: net.mtu,
    flags: net.flags,
    fromGuest: {
      bytes: Number(net.inputBytes),
      packets: Number(net.inputPackets),
      errors: Number(net.inputErrors),
      dropped: Number(net.inputDropped),
    },
    toGuest: {
      bytes: Number(net.outputBytes),
      packets: Number(net.outputPackets),
      errors: Number(net.outputErrors),
      dropped: Number(net.outputDropped),
    },
    multicastFromGuest: Number(net.inputMcast),
    collisions: Number(net.collisions),
  };
}

type Timeval = WireStatistics['rusage']['utime'];

export function microseconds({ seconds, microseconds: rest }: Timeval): number {
  return Number(seconds) * 1_000_000 + rest;
}

/** Null: not told, or no time. */
function startText({ mem }: WireStatistics): string | null {
  const at = new Date(mem === null ? Number.NaN : microseconds(mem.start) / 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

function numberOf(count: bigint | undefined): number | null {
  return count === undefined ? null : Number(count);
}

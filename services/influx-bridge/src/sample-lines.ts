import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import { labelOf } from '@albatross/shared/domain/name';
import {
  integer,
  lineOf,
  secondsOfMs,
  secondsOfUs,
  type FieldValue,
  type Point,
} from './line-protocol.ts';

type Field = Point['fields'][number];

/**
 * A sample as the original writes it: the same measurements, tags and fields, in the same order. What the
 * kernel did not tell is left out. Numbers that Linux has not are 0 there, and here.
 */
export function sampleLines(sample: Sample, { isWholeName }: SampleLineOptions): readonly string[] {
  const vm = ['vm', isWholeName ? sample.name : labelOf(sample.name)] as const;
  const { at } = sample;
  const points: readonly Point[] = [
    { measurement: 'resource_usage', tags: [vm], fields: resourceUsage(sample), at },
    { measurement: 'kinfo_mem', tags: [vm], fields: memory(sample), at },
    { measurement: 'vmm', tags: [vm], fields: counters(sample), at },
    ...sample.nets.toReversed().map((net) => {
      const tags = [vm, ['bridge', net.name]] as const;
      return { measurement: 'interface', tags, fields: traffic(net), at };
    }),
  ];
  return points.map(lineOf).filter((line) => line !== null);
}

export interface SampleLineOptions {
  /** The tag `vm` is the whole name; else its label, which several may have. */
  readonly isWholeName: boolean;
}

const ZERO = integer(0);

function resourceUsage({ process }: Sample): readonly Field[] {
  return [
    ['utime', secondsOfUs(process.utimeUs)],
    ['stime', secondsOfUs(process.stimeUs)],
    ['maxrss', kibibytes(process.maxRssBytes)],
    ['ixrss', ZERO],
    ['idrss', ZERO],
    ['isrss', ZERO],
    ['minflt', integer(process.minorFaults)],
    ['maxflt', integer(process.majorFaults)],
    ['nswap', integer(process.swaps)],
    ['inblock', ZERO],
    ['outblock', ZERO],
    ['msgsnd', ZERO],
    ['msgrcv', ZERO],
    ['nsignals', ZERO],
    ['nvcsw', integer(process.voluntarySwitches)],
    ['nivcsw', integer(process.involuntarySwitches)],
  ];
}

function kibibytes(bytes: number | null): FieldValue | null {
  return bytes === null ? null : integer(bytes / 1024);
}

function memory({ process, pageBytes, at, startedAt }: Sample): readonly Field[] {
  const pages = (bytes: number | null): FieldValue | null =>
    bytes === null || pageBytes === 0 ? null : integer(bytes / pageBytes);
  return [
    ['vsize', integer(process.vsizeBytes)],
    ['rss', pages(process.rssBytes)],
    ['tsize', pages(process.textBytes)],
    // Linux tells the two as one, and the original tells that twice.
    ['dsize', pages(process.dataBytes)],
    ['ssize', pages(process.dataBytes)],
    ['cow_faults', ZERO],
    ['runtime', integer(process.utimeUs + process.stimeUs)],
    ['uptime', secondsOfMs(Math.max(0, at - startedAt))],
  ];
}

function counters({ kvm }: Sample): readonly Field[] {
  return Object.entries(kvm ?? {}).map(([name, count]) => [name, integer(count)]);
}

function traffic({ mtu, fromGuest, toGuest, ...net }: NetSample): readonly Field[] {
  return [
    ['send_queue_length', ZERO],
    ['max_send_queue_length', ZERO],
    ['send_queue_drops', ZERO],
    ['mtu', integer(mtu)],
    ['baudrate', ZERO],
    ['vm_to_host_packets', integer(fromGuest.packets)],
    ['vm_to_host_errors', integer(fromGuest.errors)],
    ['vm_to_host_bytes', integer(fromGuest.bytes)],
    ['vm_to_host_mcast', integer(net.multicastFromGuest)],
    ['vm_to_host_dropped', integer(fromGuest.dropped)],
    ['collisions', integer(net.collisions)],
    ['host_to_vm_packets', integer(toGuest.packets)],
    ['host_to_vm_errors', integer(toGuest.errors)],
    ['host_to_vm_bytes', integer(toGuest.bytes)],
    ['host_to_vm_mcast', ZERO],
    ['host_to_vm_dropped', integer(toGuest.dropped)],
  ];
}

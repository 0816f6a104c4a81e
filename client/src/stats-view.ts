import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { bytesText, cpuText, durationText } from './quantity.ts';
import type { Line } from './colour.ts';
import { table } from './table.ts';

/** As on the bus, but for times, which are RFC 3339. */
export function sampleToJson(sample: Sample): object {
  return { ...sample, at: timeText(sample.at), startedAt: timeText(sample.startedAt) };
}

/** Rows with aligned columns, the heading first. One sample knows no rates: IN and OUT are totals. */
export function sampleTable(samples: readonly Sample[]): readonly Line[] {
  return table(
    ['NAME', 'PID', 'CPU', 'MEMORY', 'AT MOST', 'THREADS', 'NET IN', 'NET OUT', 'UPTIME'],
    samples.map(({ name, pid, process, nets, at, startedAt }) => [
      name,
      String(pid),
      cpuText(process.cpuShare),
      bytesText(process.rssBytes),
      bytesText(process.maxRssBytes),
      String(process.threads),
      bytesText(toGuestBytes(nets)),
      bytesText(fromGuestBytes(nets)),
      durationText(at - startedAt),
    ]),
  );
}

/** One line of a terminal for one sample among many. */
export function sampleToText({ at, name, pid, process, nets }: Sample): string {
  return [
    `${timeText(at)} ${name}: process ${pid}`,
    `CPU ${cpuText(process.cpuShare)}`,
    `memory ${bytesText(process.rssBytes)}`,
    `threads ${process.threads}`,
    ...(nets.length === 0
      ? []
      : [`in ${bytesText(toGuestBytes(nets))}`, `out ${bytesText(fromGuestBytes(nets))}`]),
  ].join(', ');
}

/** Everything that a sample holds. */
export function sampleDetails(sample: Sample): readonly string[] {
  const { process: used, kvm } = sample;
  const life = sample.life === null ? 'named by hand' : `life ${sample.life}`;
  return [
    `  process ${sample.pid}, ${life}, began ${timeText(sample.startedAt)}, sampled ${timeText(sample.at)}`,
    `  CPU ${cpuText(used.cpuShare)}; ${secondsText(used.utimeUs)} user, ${secondsText(used.stimeUs)} system; threads ${used.threads}`,
    `  memory ${bytesText(used.rssBytes)}, at most ${known(used.maxRssBytes)}, virtual ${bytesText(used.vsizeBytes)}, text ${known(used.textBytes)}, data and stack ${known(used.dataBytes)}; pages of ${sample.pageBytes} bytes`,
    `  page faults ${used.minorFaults} minor, ${used.majorFaults} major; swaps ${used.swaps}; context switches ${counted(used.voluntarySwitches)} voluntary, ${counted(used.involuntarySwitches)} involuntary`,
    `  disks ${known(used.readBytes)} read, ${known(used.writtenBytes)} written`,
    ...(sample.nets.length === 0 ? ['  no networks'] : sample.nets.flatMap(netDetails)),
    ...(kvm === null ? ['  KVM counters unavailable'] : kvmDetails(kvm)),
  ];
}

function netDetails(net: NetSample): readonly string[] {
  const { name, tap, mtu, flags, collisions, multicastFromGuest } = net;
  return [
    `  network ${escapeControl(name)}, tap ${escapeControl(tap)}, MTU ${mtu}, flags 0x${flags.toString(16)}, collisions ${collisions}`,
    `    in ${trafficText(net.toGuest)}`,
    `    out ${trafficText(net.fromGuest)}, multicast ${multicastFromGuest}`,
  ];
}

function kvmDetails(kvm: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(kvm)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([counter, value]) => `  KVM ${escapeControl(counter)} ${value}`);
}

function trafficText({ bytes, packets, errors, dropped }: NetSample['toGuest']): string {
  return `${bytesText(bytes)}, packets ${packets}, errors ${errors}, dropped ${dropped}`;
}

/** Seen from the guest: what comes to it is in. */
function toGuestBytes(nets: readonly NetSample[]): number | null {
  return nets.length === 0 ? null : nets.reduce((sum, { toGuest }) => sum + toGuest.bytes, 0);
}

function fromGuestBytes(nets: readonly NetSample[]): number | null {
  return nets.length === 0 ? null : nets.reduce((sum, { fromGuest }) => sum + fromGuest.bytes, 0);
}

const UNAVAILABLE = 'unavailable';

const known = (bytes: number | null): string => (bytes === null ? UNAVAILABLE : bytesText(bytes));
const counted = (count: number | null): string => (count === null ? UNAVAILABLE : String(count));
const secondsText = (us: number): string => `${(us / 1_000_000).toFixed(2)} s`;
const timeText = (at: number): string => new Date(at).toISOString();

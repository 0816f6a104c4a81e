import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import type { WireData } from '@albatross/wire';

type WireStatistics = Extract<WireData, { readonly kind: 'statistics' }>['statistics'];
type WireInterface = WireStatistics['interfaces'][number];
type WireTimeval = WireStatistics['rusage']['utime'];

/**
 * A sample as the original has it on Linux. What it has from FreeBSD only, and what the kernel did not
 * tell us, is 0; counters of the virtual machine are bhyve's, so there are none.
 *
 * ```text
 * utime, stime           seconds and microseconds
 * maxrss                 pages; the original tells the present size there, we the largest ever
 * vsize                  bytes
 * rss, tsize             pages
 * dsize, ssize           pages, of data and stack together, both the same
 * runtime                microseconds, utime and stime
 * start                  when the process began
 * ```
 */
export function wireStatistics({ process, pageBytes, startedAt, nets }: Sample): WireStatistics {
  const pages = (bytes: number | null): bigint =>
    bytes === null || pageBytes === 0 ? 0n : BigInt(Math.floor(bytes / pageBytes));
  const dataPages = pages(process.dataBytes);
  return {
    rusage: {
      ...FREEBSD_RUSAGE,
      utime: timeval(process.utimeUs),
      stime: timeval(process.stimeUs),
      maxrss: pages(process.maxRssBytes ?? process.rssBytes),
      minflt: BigInt(process.minorFaults),
      majflt: BigInt(process.majorFaults),
      nswap: BigInt(process.swaps),
      nvcsw: BigInt(process.voluntarySwitches ?? 0),
      nivcsw: BigInt(process.involuntarySwitches ?? 0),
    },
    interfaces: nets.map(wireInterface),
    vmm: null,
    mem: {
      vsize: BigInt(process.vsizeBytes),
      rss: pages(process.rssBytes),
      tsize: pages(process.textBytes),
      dsize: dataPages,
      ssize: dataPages,
      runtime: BigInt(process.utimeUs + process.stimeUs),
      cow: 0,
      start: timeval(startedAt * 1000),
    },
  };
}

const FREEBSD_RUSAGE = {
  ixrss: 0n,
  idrss: 0n,
  isrss: 0n,
  inblock: 0n,
  outblock: 0n,
  msgsnd: 0n,
  msgrcv: 0n,
  nsignals: 0n,
} as const;

/** What the host receives on a tap, the guest sent. */
function wireInterface({ fromGuest, toGuest, ...net }: NetSample): WireInterface {
  return {
    bridge: net.name,
    flags: net.flags,
    sendLength: 0,
    maxSendLength: 0,
    sendDrops: 0,
    mtu: net.mtu,
    baudrate: 0n,
    inputPackets: BigInt(fromGuest.packets),
    inputErrors: BigInt(fromGuest.errors),
    outputPackets: BigInt(toGuest.packets),
    outputErrors: BigInt(toGuest.errors),
    collisions: BigInt(net.collisions),
    inputBytes: BigInt(fromGuest.bytes),
    outputBytes: BigInt(toGuest.bytes),
    inputMcast: BigInt(net.multicastFromGuest),
    outputMcast: 0n,
    inputDropped: BigInt(fromGuest.dropped),
    outputDropped: BigInt(toGuest.dropped),
  };
}

function timeval(us: number): WireTimeval {
  return { seconds: BigInt(Math.floor(us / 1e6)), microseconds: us % 1e6 };
}

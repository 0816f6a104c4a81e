import type { NetSample, Sample } from '@albatross/shared/contracts/stats';
import { pathOf } from '@albatross/shared/domain/name';
import {
  counter,
  counterBy,
  distinct,
  expose,
  gauge,
  labelText,
  untyped,
  type Family,
  type Labelled,
} from './exposition.ts';
import { shown } from './foreign-text.ts';

/** The newest samples, as text in pieces; of two with one name, the first. */
export function* exposeUnikernels(samples: readonly Sample[]): Generator<string> {
  const unikernels = [...distinct(samples.map(named))];
  yield* expose(UNIKERNEL_INFO, unikernels.map(withPath));
  for (const family of UNIKERNEL) yield* expose(family, unikernels);
  const nets = unikernels.flatMap((unikernel) => [...distinct(netsOf(unikernel))]);
  yield* expose(NET_INFO, nets.map(withTap));
  for (const family of NET) yield* expose(family, nets);
  yield* expose(KVM, kvmCounters(unikernels));
}

const US_PER_S = 1e6;
const MS_PER_S = 1e3;

const UNIKERNEL_INFO: Family<Sample> = gauge(
  'albatross_unikernel_info',
  'A unikernel that is sampled, and the path it is in.',
  () => 1,
);

const UNIKERNEL: readonly Family<Sample>[] = [
  gauge(
    'albatross_unikernel_sample_timestamp_seconds',
    'When its newest sample was taken.',
    ({ at }) => at / MS_PER_S,
  ),
  gauge(
    'albatross_unikernel_start_time_seconds',
    'When its process began.',
    ({ startedAt }) => startedAt / MS_PER_S,
  ),
  gauge('albatross_unikernel_life', 'Number of its life; grows with each.', ({ life }) => life),
  gauge('albatross_unikernel_pid', 'Its process.', ({ pid }) => pid),
  counterBy('albatross_unikernel_cpu_seconds_total', 'CPU time it took.', 'mode', {
    user: ({ process }) => process.utimeUs / US_PER_S,
    system: ({ process }) => process.stimeUs / US_PER_S,
  }),
  gauge(
    'albatross_unikernel_busy_cpus',
    'CPUs it kept busy between its last two samples.',
    ({ process }) => process.cpuShare,
  ),
  counterBy('albatross_unikernel_page_faults_total', 'Page faults.', 'kind', {
    minor: ({ process }) => process.minorFaults,
    major: ({ process }) => process.majorFaults,
  }),
  gauge('albatross_unikernel_threads', 'Threads.', ({ process }) => process.threads),
  gauge(
    'albatross_unikernel_virtual_memory_bytes',
    'Address space.',
    ({ process }) => process.vsizeBytes,
  ),
  gauge(
    'albatross_unikernel_resident_memory_bytes',
    'Memory it has.',
    ({ process }) => process.rssBytes,
  ),
  gauge(
    'albatross_unikernel_resident_memory_peak_bytes',
    'The most memory it ever had.',
    ({ process }) => process.maxRssBytes,
  ),
  gauge('albatross_unikernel_text_bytes', 'Of code.', ({ process }) => process.textBytes),
  gauge('albatross_unikernel_data_bytes', 'Of data and stack.', ({ process }) => process.dataBytes),
  counter('albatross_unikernel_swaps_total', 'Swaps.', ({ process }) => process.swaps),
  counterBy('albatross_unikernel_context_switches_total', 'Context switches.', 'kind', {
    voluntary: ({ process }) => process.voluntarySwitches,
    involuntary: ({ process }) => process.involuntarySwitches,
  }),
  counterBy('albatross_unikernel_disk_bytes_total', 'From and to disks.', 'direction', {
    read: ({ process }) => process.readBytes,
    written: ({ process }) => process.writtenBytes,
  }),
];

const NET_INFO: Family<NetSample> = gauge(
  'albatross_unikernel_net_info',
  'A net of a unikernel, and the tap it is on the host.',
  () => 1,
);

const NET: readonly Family<NetSample>[] = [
  counterBy('albatross_unikernel_net_bytes_total', 'Bytes of frames.', 'direction', {
    from_guest: ({ fromGuest }) => fromGuest.bytes,
    to_guest: ({ toGuest }) => toGuest.bytes,
  }),
  counterBy('albatross_unikernel_net_packets_total', 'Frames.', 'direction', {
    from_guest: ({ fromGuest }) => fromGuest.packets,
    to_guest: ({ toGuest }) => toGuest.packets,
  }),
  counterBy('albatross_unikernel_net_errors_total', 'Frames that failed.', 'direction', {
    from_guest: ({ fromGuest }) => fromGuest.errors,
    to_guest: ({ toGuest }) => toGuest.errors,
  }),
  counterBy('albatross_unikernel_net_dropped_total', 'Frames thrown away.', 'direction', {
    from_guest: ({ fromGuest }) => fromGuest.dropped,
    to_guest: ({ toGuest }) => toGuest.dropped,
  }),
  counterBy('albatross_unikernel_net_multicast_total', 'Frames to many.', 'direction', {
    from_guest: ({ multicastFromGuest }) => multicastFromGuest,
  }),
  counter(
    'albatross_unikernel_net_collisions_total',
    'Collisions.',
    ({ collisions }) => collisions,
  ),
  gauge('albatross_unikernel_net_mtu_bytes', 'The longest packet.', ({ mtu }) => mtu),
  gauge(
    'albatross_unikernel_net_flags',
    'The flags of the tap, as a number.',
    ({ flags }) => flags,
  ),
];

const KVM: Family<number> = untyped(
  'albatross_unikernel_kvm',
  'What KVM tells of its virtual machine, by the names the kernel gives; most count.',
  (value) => value,
);

function named(sample: Sample): Labelled<Sample> {
  return { labels: labelText({ name: sample.name }), of: sample };
}

function withPath({ labels, of }: Labelled<Sample>): Labelled<Sample> {
  return { labels: `${labels},${labelText({ path: pathOf(of.name) })}`, of };
}

function netsOf({ labels: unikernel, of }: Labelled<Sample>): readonly Labelled<NetSample>[] {
  return of.nets.map((net) => {
    return { labels: `${unikernel},${labelText({ net: shown(net.name) })}`, of: net };
  });
}

function withTap({ labels, of }: Labelled<NetSample>): Labelled<NetSample> {
  return { labels: `${labels},${labelText({ tap: shown(of.tap) })}`, of };
}

function* kvmCounters(unikernels: readonly Labelled<Sample>[]): Generator<Labelled<number>> {
  for (const { labels, of } of unikernels) {
    const counters = Object.entries(of.kvm ?? {}).map(([name, value]) => {
      return { labels: `${labels},${labelText({ counter: shown(name) })}`, of: value };
    });
    yield* distinct(counters);
  }
}

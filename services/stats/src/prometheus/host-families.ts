import type { HostSample } from '@albatross/shared/contracts/host-stats';
import { expose, gauge, gaugeBy, type Family } from './exposition.ts';

/** The machine, as text; nothing before it was sampled. */
export function* exposeHost(host: HostSample | null): Generator<string> {
  if (host === null) return;
  for (const family of HOST) yield* expose(family, [{ labels: '', of: host }]);
}

const MS_PER_S = 1e3;

const HOST: readonly Family<HostSample>[] = [
  gauge(
    'albatross_host_sample_timestamp_seconds',
    'When the newest sample of the machine was taken.',
    ({ at }) => at / MS_PER_S,
  ),
  gauge('albatross_host_cpus', 'CPUs of the machine.', ({ cpus }) => cpus),
  gauge(
    'albatross_host_busy_cpus',
    'CPUs that were busy between the last two samples.',
    ({ cpuShare }) => cpuShare,
  ),
  gaugeBy('albatross_host_load', 'Load, averaged over so many minutes.', 'minutes', {
    1: ({ load }) => load[0] ?? null,
    5: ({ load }) => load[1] ?? null,
    15: ({ load }) => load[2] ?? null,
  }),
  gauge('albatross_host_memory_bytes', 'Memory of the machine.', ({ memoryBytes }) => memoryBytes),
  gauge(
    'albatross_host_memory_available_bytes',
    'Memory that can be had without swapping.',
    ({ memoryAvailableBytes }) => memoryAvailableBytes,
  ),
  gauge('albatross_host_uptime_seconds', 'Since it was booted.', ({ uptimeS }) => uptimeS),
];

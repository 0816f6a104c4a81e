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
import { isKnownFigure, KNOWN_FIGURES } from './figure-families.ts';
import { shown } from './foreign-text.ts';
import type { Heartbeat } from './heartbeats.ts';

/** Of one heartbeat on the page: figures, numbers of its digest, kinds of connections. */
export const FIGURES_PER_PROCESS_MAX = 256;

/** What the processes of albatross tell of themselves, as text in pieces. */
export function* exposeProcesses(heartbeats: readonly Heartbeat[]): Generator<string> {
  const processes = [
    ...distinct(heartbeats.map((of) => ({ labels: labelText({ process: of.process }), of }))),
  ];
  yield* expose(PROCESS_INFO, processes.map(withVersion));
  for (const family of [...PROCESS, ...KNOWN_FIGURES]) yield* expose(family, processes);
  const connections = processes.flatMap((process) => [...connectionsOf(process)]);
  for (const family of CONNECTIONS) yield* expose(family, connections);
  yield* expose(FIGURE, processes.flatMap(unknownFigures));
  yield* expose(DIGEST, processes.flatMap(digestOf));
}

const US_PER_S = 1e6;
const MS_PER_S = 1e3;

const PROCESS_INFO: Family<Heartbeat> = gauge(
  'albatross_process_info',
  'A process of albatross that was heard of, and its version.',
  () => 1,
);

const PROCESS: readonly Family<Heartbeat>[] = [
  gauge(
    'albatross_process_last_seen_age_seconds',
    'Since its newest heartbeat. One that fails to come may be the fault of the bus.',
    ({ ageMs }) => ageMs / MS_PER_S,
  ),
  gauge(
    'albatross_process_last_seen_timestamp_seconds',
    'When it told its newest heartbeat.',
    ({ at }) => at / MS_PER_S,
  ),
  gauge(
    'albatross_process_heartbeat_interval_seconds',
    'Between two heartbeats.',
    ({ intervalMs }) => intervalMs / MS_PER_S,
  ),
  counter(
    'albatross_process_heartbeats_total',
    'Heartbeats since it began, heard or not.',
    ({ sequence }) => sequence,
  ),
  gauge(
    'albatross_process_start_time_seconds',
    'When it began.',
    ({ startedAt }) => startedAt / MS_PER_S,
  ),
  gauge('albatross_process_pid', 'Its number.', ({ pid }) => pid),
  counterBy('albatross_process_cpu_seconds_total', 'CPU time it took.', 'mode', {
    user: ({ usage }) => usage.utimeUs / US_PER_S,
    system: ({ usage }) => usage.stimeUs / US_PER_S,
  }),
  counterBy('albatross_process_page_faults_total', 'Page faults.', 'kind', {
    minor: ({ usage }) => usage.minorFaults,
    major: ({ usage }) => usage.majorFaults,
  }),
  counterBy('albatross_process_context_switches_total', 'Context switches.', 'kind', {
    voluntary: ({ usage }) => usage.voluntarySwitches,
    involuntary: ({ usage }) => usage.involuntarySwitches,
  }),
  gauge('albatross_process_resident_memory_bytes', 'Memory it has.', ({ usage }) => usage.rssBytes),
  gauge(
    'albatross_process_resident_memory_peak_bytes',
    'The most memory it ever had.',
    ({ usage }) => usage.maxRssBytes,
  ),
  gauge(
    'albatross_process_virtual_memory_bytes',
    'Address space.',
    ({ usage }) => usage.vsizeBytes,
  ),
  gauge('albatross_process_threads', 'Threads.', ({ usage }) => usage.threads),
  gauge('albatross_process_open_files', 'Files it has open.', ({ usage }) => usage.openFiles),
];

type Connections = Heartbeat['connections'][number];

const CONNECTIONS: readonly Family<Connections>[] = [
  gauge('albatross_connections', 'What a process talks through now.', ({ active }) => active),
  counter(
    'albatross_connections_opened_total',
    'What it talked through since it began.',
    ({ total }) => total,
  ),
];

const FIGURE: Family<number> = untyped(
  'albatross_process_figure',
  'What else a process tells of itself, by the names it gives.',
  (value) => value,
);

const DIGEST: Family<number> = gauge(
  'albatross_process_digest',
  'What a process holds at this moment, by the names it gives.',
  (value) => value,
);

function withVersion({ labels, of }: Labelled<Heartbeat>): Labelled<Heartbeat> {
  return { labels: `${labels},${labelText({ version: shown(of.version) })}`, of };
}

function connectionsOf({ labels, of }: Labelled<Heartbeat>): Iterable<Labelled<Connections>> {
  const some = of.connections.slice(0, FIGURES_PER_PROCESS_MAX);
  return distinct(
    some.map((of) => ({ labels: `${labels},${labelText({ kind: shown(of.kind) })}`, of })),
  );
}

function unknownFigures({ labels, of }: Labelled<Heartbeat>): readonly Labelled<number>[] {
  const unknown = Object.entries(of.figures).filter(([name]) => !isKnownFigure(of.process, name));
  return numbers(labels, unknown);
}

function digestOf({ labels, of }: Labelled<Heartbeat>): readonly Labelled<number>[] {
  return numbers(labels, Object.entries(of.digest));
}

function numbers(
  labels: string,
  entries: readonly (readonly [name: string, value: number])[],
): readonly Labelled<number>[] {
  const some = entries.slice(0, FIGURES_PER_PROCESS_MAX).map(([name, of]) => {
    return { labels: `${labels},${labelText({ figure: shown(name) })}`, of };
  });
  return [...distinct(some)];
}

import type { heartbeatFeed, DomainUse } from '@albatross/shared/contracts/heartbeat';
import type { MessageOf } from '@albatross/shared/contracts/feed';
import type { ProcessName } from '@albatross/shared/contracts/identities';
import {
  integer,
  lineOf,
  secondsOfMs,
  secondsOfUs,
  type FieldValue,
  type Point,
} from './line-protocol.ts';

export type Heartbeat = MessageOf<typeof heartbeatFeed>;

/** As the original calls its processes; its influx has no measurements of its own. */
const ORIGINAL_NAMES: Readonly<Record<ProcessName, string>> = {
  supervisor: 'albatross',
  console: 'albatross_console',
  stats: 'albatross_stats',
  'influx-bridge': 'albatross_influx',
  'tls-gateway': 'albatross_tls_endpoint',
  'local-gateway': 'albatross_local',
};

/**
 * A heartbeat as the original's processes write down themselves. What Node does not tell is left out.
 * `pageBytes`: of this machine.
 */
export function selfLines(heartbeat: Heartbeat, pageBytes: number | null): readonly string[] {
  const vm = ['vm', ORIGINAL_NAMES[heartbeat.process]] as const;
  const { at, part, connections, domains } = heartbeat;
  const points: readonly Point[] = [
    // All else than the domains is the same in each part.
    ...(part === 1 ? usage(heartbeat, pageBytes) : []),
    ...(part === 1 ? connections : []).map(({ kind, active, total }): Point => {
      const fields = [['active', integer(active)] as const, ['total', integer(total)] as const];
      return { measurement: 'connections', tags: [vm, ['kind', kind]], fields, at };
    }),
    ...domains.flatMap((domain) => domainPoints(domain, vm, at)),
  ];
  return points.map(lineOf).filter((line) => line !== null);
}

type Tag = Point['tags'][number];

function usage(
  { process, usage, at, startedAt }: Heartbeat,
  pageBytes: number | null,
): readonly Point[] {
  const tags: readonly Tag[] = [['vm', ORIGINAL_NAMES[process]]];
  const pages = (bytes: number | null): FieldValue | null =>
    bytes === null || pageBytes === null ? null : integer(bytes / pageBytes);
  const resources: Point['fields'] = [
    ['utime', secondsOfUs(usage.utimeUs)],
    ['stime', secondsOfUs(usage.stimeUs)],
    ['maxrss', integer(usage.maxRssBytes / 1024)],
    ...NOT_TOLD.memory,
    ['minflt', integer(usage.minorFaults)],
    ['maxflt', integer(usage.majorFaults)],
    ...NOT_TOLD.rest,
    ['nvcsw', integer(usage.voluntarySwitches)],
    ['nivcsw', integer(usage.involuntarySwitches)],
  ];
  const memory: Point['fields'] = [
    ['vsize', integer(usage.vsizeBytes)],
    ['rss', pages(usage.rssBytes)],
    ['cow_faults', integer(0)],
    ['runtime', integer(usage.utimeUs + usage.stimeUs)],
    ['uptime', secondsOfMs(Math.max(0, at - startedAt))],
  ];
  return [
    { measurement: 'resource_usage', tags, fields: resources, at },
    { measurement: 'kinfo_mem', tags, fields: memory, at },
  ];
}

const zero = (key: string): Point['fields'][number] => [key, integer(0)];

/** By Linux. */
const NOT_TOLD = {
  memory: ['ixrss', 'idrss', 'isrss'].map(zero),
  rest: ['nswap', 'inblock', 'outblock', 'msgsnd', 'msgrcv', 'nsignals'].map(zero),
};

function domainPoints({ path, maximum, used }: DomainUse, vm: Tag, at: number): readonly Point[] {
  const tags: readonly Tag[] = [vm, ['domain', path]];
  const { attachedBlockMib, unattachedBlockMib } = used;
  const policy: Point = {
    measurement: 'albatross-policies',
    tags,
    fields: [
      ['maximum unikernels', integer(maximum?.unikernels ?? null)],
      ['maximum memory', integer(maximum?.memoryMib ?? null)],
      // No block devices are none of any size.
      ['maximum block', integer(maximum === null ? null : (maximum.blockMib ?? 0))],
    ],
    at,
  };
  const holdings: Point = {
    measurement: 'albatross-unikernels',
    tags,
    fields: [
      ['attached used block', integer(attachedBlockMib)],
      ['unattached used block', integer(unattachedBlockMib)],
      ['total used block', integer(attachedBlockMib + unattachedBlockMib)],
      ['running unikernels', integer(used.unikernels)],
      ['used memory', integer(used.memoryMib)],
    ],
    at,
  };
  return [policy, holdings];
}

import type { DomainUse } from '@albatross/shared/contracts/heartbeat';
import type { ReplyOf, RequestOf } from '@albatross/shared/contracts/request';
import { SAMPLES_PER_PAGE_MAX, type Sample } from '@albatross/shared/contracts/stats';
import type { hostStats, PathSample } from '@albatross/shared/contracts/host-stats';
import { ancestry } from '@albatross/shared/domain/ancestry';
import { isWithin, pathOf, ROOT, type PathName } from '@albatross/shared/domain/name';

type Domains = ReadonlyMap<PathName, DomainUse>;
type Sums = Omit<PathSample, 'path' | 'policy'>;

/** What is taken at and below each path, the root first; as many as fit a message. */
export function pathPage(
  { name, after }: RequestOf<typeof hostStats>,
  samples: readonly Sample[],
  domains: Domains,
): Pick<ReplyOf<typeof hostStats>, 'paths' | 'next'> {
  const sums = sumsByPath(samples);
  const withPolicy = [...domains.values()].flatMap(({ path, maximum }) =>
    maximum === null ? [] : [path],
  );
  const all = [...new Set([ROOT, ...sums.keys(), ...withPolicy])]
    .filter((path) => isWithin(path, name))
    .filter((path) => after === undefined || order(path) > order(after))
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
  const paths = all
    .slice(0, SAMPLES_PER_PAGE_MAX)
    .map((path) => ({ path, ...(sums.get(path) ?? NOTHING), policy: policyOf(path, domains) }));
  const last = paths.at(-1);
  return { paths, next: last !== undefined && paths.length < all.length ? last.path : null };
}

const NOTHING: Sums = {
  processes: 0,
  cpuShare: 0,
  rssBytes: 0,
  fromGuestBytes: 0,
  toGuestBytes: 0,
};

function sumsByPath(samples: readonly Sample[]): ReadonlyMap<PathName, Sums> {
  const sums = new Map<PathName, Sums>();
  for (const { name, process, nets } of samples) {
    for (const path of ancestry(pathOf(name))) {
      const sum = sums.get(path) ?? NOTHING;
      sums.set(path, {
        processes: sum.processes + 1,
        cpuShare: sum.cpuShare + (process.cpuShare ?? 0),
        rssBytes: sum.rssBytes + process.rssBytes,
        fromGuestBytes: nets.reduce(
          (bytes, net) => bytes + net.fromGuest.bytes,
          sum.fromGuestBytes,
        ),
        toGuestBytes: nets.reduce((bytes, net) => bytes + net.toGuest.bytes, sum.toGuestBytes),
      });
    }
  }
  return sums;
}

function policyOf(path: PathName, domains: Domains): PathSample['policy'] {
  const domain = domains.get(path);
  return domain === undefined ? null : { maximum: domain.maximum, used: domain.used };
}

/** Each path comes before those below it. */
const order = (path: PathName): string => (path === ROOT ? '' : path);

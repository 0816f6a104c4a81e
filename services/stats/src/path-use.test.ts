import type { DomainUse } from '@albatross/shared/contracts/heartbeat';
import { SAMPLES_PER_PAGE_MAX } from '@albatross/shared/contracts/stats';
import { hostStats, type PathSample } from '@albatross/shared/contracts/host-stats';
import { parseName, ROOT, type PathName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathPage } from './path-use.ts';
import { netOf, sampleOf } from './testing/sample-of.ts';

const path = (text: string): PathName => parseName(text) as PathName;

function domainsOf(...domains: readonly DomainUse[]): ReadonlyMap<PathName, DomainUse> {
  return new Map(domains.map((domain) => [domain.path, domain]));
}

function domain(text: string, unikernels: number | null): DomainUse {
  return {
    path: path(text),
    maximum: unikernels === null ? null : { unikernels, memoryMib: 64, blockMib: null },
    used: { unikernels: 1, memoryMib: 32, attachedBlockMib: 0, unattachedBlockMib: 0 },
  };
}

function taking(name: string, rssBytes: number, cpuShare: number | null) {
  const one = sampleOf(name, { nets: [netOf('tap1', 10, 20), netOf('tap2', 1, 2)] });
  return { ...one, process: { ...one.process, rssBytes, cpuShare } };
}

const SAMPLES = [taking('a', 1, 0.5), taking('foo:b', 10, null), taking('foo:bar:c', 100, 0.25)];

const show = ({ path, processes, cpuShare, rssBytes }: PathSample): string =>
  `${path} ${processes} ${cpuShare} ${rssBytes}`;

describe('what is taken at and below a path', () => {
  it('is the sum of what is taken there, the root first', () => {
    const { paths, next } = pathPage({ name: ROOT }, SAMPLES, domainsOf());
    assert.deepEqual(paths.map(show), [': 3 0.75 111', 'foo: 2 0.25 110', 'foo:bar: 1 0.25 100']);
    assert.equal(next, null);
    assert.deepEqual(
      paths.map(({ fromGuestBytes, toGuestBytes }) => [fromGuestBytes, toGuestBytes]),
      [
        [33, 66],
        [22, 44],
        [11, 22],
      ],
    );
    assert.deepEqual(hostStats.reply.shape.paths.parse(paths), paths);
  });

  it('has the policy that the supervisor told of last', () => {
    const domains = domainsOf(domain(':', 10), domain('foo:', null), domain('idle:', 2));
    const { paths } = pathPage({ name: ROOT }, SAMPLES, domains);
    assert.deepEqual(
      paths.map(({ path, policy }) => [path, policy?.maximum?.unikernels]),
      [
        [':', 10],
        ['foo:', undefined],
        ['foo:bar:', undefined],
        ['idle:', 2],
      ],
    );
    assert.equal(paths[1]?.policy?.used.memoryMib, 32);
    assert.equal(paths[2]?.policy, null);
    assert.equal(paths[3] === undefined ? '' : show(paths[3]), 'idle: 0 0 0');
  });

  it('is told of one path and those below it', () => {
    const domains = domainsOf(domain('foobar:', 1), domain('foo:x:', null));
    const { paths } = pathPage({ name: path('foo:') }, SAMPLES, domains);
    assert.deepEqual(
      paths.map((one) => one.path),
      ['foo:', 'foo:bar:'],
    );
    assert.deepEqual(pathPage({ name: path('none:') }, SAMPLES, domains), {
      paths: [],
      next: null,
    });
  });

  it('is told page by page, none left out', () => {
    const texts = Array.from({ length: 300 }, (_, index) => `p${index}:`);
    const domains = domainsOf(...texts.map((text) => domain(text, 1)));
    const seen: string[] = [];
    let after: PathName | undefined;
    do {
      const page = pathPage({ name: ROOT, after }, [], domains);
      assert.ok(page.paths.length <= SAMPLES_PER_PAGE_MAX);
      seen.push(...page.paths.map((one) => one.path));
      after = page.next ?? undefined;
    } while (after !== undefined);
    assert.deepEqual(seen, [':', ...texts.toSorted()]);
  });
});

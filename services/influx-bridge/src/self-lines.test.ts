import type { DomainUse } from '@albatross/shared/contracts/heartbeat';
import { parseName, ROOT, type PathName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPageBytes } from './page-bytes.ts';
import { selfLines, type Heartbeat } from './self-lines.ts';

const at = 1_709_210_096_789;

function heartbeatOf(parts: Partial<Heartbeat>): Heartbeat {
  return {
    process: 'supervisor',
    version: '0.1.0',
    at,
    startedAt: at - 2_000,
    pid: 1,
    sequence: 1,
    intervalMs: 10_000,
    part: 1,
    parts: 1,
    usage: {
      utimeUs: 3,
      stimeUs: 4,
      maxRssBytes: 8192,
      minorFaults: 5,
      majorFaults: 6,
      voluntarySwitches: 7,
      involuntarySwitches: 8,
      rssBytes: 4096,
      vsizeBytes: null,
      threads: null,
      openFiles: null,
    },
    connections: [{ kind: 'request', active: 1, total: 2 }],
    figures: {},
    digest: {},
    domains: [],
    ...parts,
  };
}

const used = { unikernels: 1, memoryMib: 32, attachedBlockMib: 10, unattachedBlockMib: 5 };

describe('the lines of a heartbeat', () => {
  it("are those of the original's processes", () => {
    const maximum = { unikernels: 4, memoryMib: 512, blockMib: null };
    const domains: DomainUse[] = [
      { path: ROOT, maximum, used },
      { path: parseName('foo:') as PathName, maximum: null, used },
    ];
    const time = `${at}000000`;
    const holdings =
      'attached\\ used\\ block=10i,unattached\\ used\\ block=5i,total\\ used\\ block=15i,' +
      `running\\ unikernels=1i,used\\ memory=32i ${time}`;
    assert.deepEqual(selfLines(heartbeatOf({ domains }), 4096), [
      'resource_usage,vm=albatross utime=0.000003,stime=0.000004,maxrss=8i,ixrss=0i,idrss=0i,' +
        'isrss=0i,minflt=5i,maxflt=6i,nswap=0i,inblock=0i,outblock=0i,msgsnd=0i,msgrcv=0i,' +
        `nsignals=0i,nvcsw=7i,nivcsw=8i ${time}`,
      `kinfo_mem,vm=albatross rss=1i,cow_faults=0i,runtime=7i,uptime=2.000 ${time}`,
      `connections,vm=albatross,kind=request active=1i,total=2i ${time}`,
      'albatross-policies,vm=albatross,domain=: maximum\\ unikernels=4i,maximum\\ memory=512i,' +
        `maximum\\ block=0i ${time}`,
      `albatross-unikernels,vm=albatross,domain=: ${holdings}`,
      `albatross-unikernels,vm=albatross,domain=foo: ${holdings}`,
    ]);
  });

  it('are those of the domains alone in all parts but the first', () => {
    const domains: DomainUse[] = [{ path: ROOT, maximum: null, used }];
    const lines = selfLines(heartbeatOf({ part: 2, parts: 2, domains }), 4096);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^albatross-unikernels,/);
  });

  it('name each process as the original names it', () => {
    const names = (['console', 'stats', 'influx-bridge'] as const).map(
      (process) => selfLines(heartbeatOf({ process }), null)[0]?.split(' ')[0],
    );
    assert.deepEqual(names, [
      'resource_usage,vm=albatross_console',
      'resource_usage,vm=albatross_stats',
      'resource_usage,vm=albatross_influx',
    ]);
  });

  it('know how large a page is on this machine, and say nothing where nobody knows', () => {
    const pageBytes = readPageBytes();
    assert.ok(pageBytes !== null && pageBytes >= 4096 && Number.isInteger(Math.log2(pageBytes)));
    for (const none of ['/nowhere', '/dev/null']) assert.equal(readPageBytes(none), null);
    assert.match(selfLines(heartbeatOf({}), null)[1] ?? '', /^kinfo_mem,vm=albatross cow_faults/);
  });
});

import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { failureCode } from '@albatross/shared/bus/testing/asserts';
import {
  addProcess,
  listStats,
  removeProcess,
  statsFeed,
  type Sample,
} from '@albatross/shared/contracts/stats';
import { hostStats } from '@albatross/shared/contracts/host-stats';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serveStats } from './service.ts';
import { unikernel } from './testing/names.ts';
import { StatsUnderTest } from './testing/stats-under-test.ts';

describe('the service', () => {
  it('answers what its contract has, about what it samples', async () => {
    await using server = await RealServer.start();
    await using seen = await StatsUnderTest.open();
    seen.beginFake('foo:hello', 1, 17, ['tap1']);
    seen.fake.setProcess(18);
    await seen.reconcile();
    await using bus = await server.connect('stats');
    const { stats } = seen;
    const heartbeats = { domains: () => new Map() };
    await serveStats(bus, { intervalMs: 10_000 }, { stats, heartbeats, log: seen.told.log });
    await using admin = await server.connect('admin');

    const list = async () => await admin.request(listStats, { name: ROOT });
    const { samples, next, intervalMs } = await list();
    assert.deepEqual(samples, seen.published);
    assert.deepEqual([next, intervalMs], [null, 10_000]);

    const { host, paths } = await admin.request(hostStats, { name: ROOT });
    assert.equal(host.cpus, 2);
    assert.deepEqual(
      paths.map(({ path, processes }) => `${path} ${processes}`),
      [': 1', 'foo: 1'],
    );

    const nets = [{ name: 'service', tap: 'tap1' }];
    await admin.request(addProcess, { name: 'x', pid: 18, nets });
    assert.deepEqual(
      (await list()).samples.map(({ name, nets }) => `${name} ${nets.length}`),
      ['foo:hello 1', 'x 1'],
    );
    for (const [request, code] of [
      [admin.request(addProcess, { name: 'x', pid: 18, nets }), 'STATS_EXISTS'],
      [admin.request(addProcess, { name: 'y', pid: 19, nets }), 'PROCESS_NOT_FOUND'],
      [
        admin.request(addProcess, { name: 'y', pid: 18, nets: [{ name: 'a', tap: '/' }] }),
        'REQUEST_INVALID',
      ],
      [admin.request(removeProcess, { name: 'y' }), 'STATS_NOT_FOUND'],
    ] as const)
      assert.equal(await failureCode(request), code);
    await admin.request(removeProcess, { name: 'x' });
    assert.equal((await list()).samples.length, 1);
    assert.deepEqual(seen.told.take(), []);
  });

  it('may publish what it samples, which reaches whoever follows a path', async () => {
    await using server = await RealServer.start();
    await using seen = await StatsUnderTest.open();
    seen.beginFake('foo:hello', 1, 17, ['tap1']);
    await seen.reconcile();
    const [sample] = seen.published;
    assert.ok(sample !== undefined);
    await using bus = await server.connect('stats');
    await using observer = await server.connect('observer');
    const received = new Promise<Sample>((resolve) => {
      observer.follow(statsFeed, ROOT, { onMessage: resolve, onDropped: () => assert.fail() });
    });
    await observer.flush();
    assert.equal(bus.publish(statsFeed, unikernel('foo:hello'), sample), true);
    assert.deepEqual(await received, sample);
  });
});

import { sample } from '@albatross/shared/contracts/stats';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readKernel } from './kernel/kernel.ts';
import { BOOTED_AT_S } from './testing/fake-kernel.ts';
import { Sleeper } from './testing/processes.ts';
import { StatsUnderTest } from './testing/stats-under-test.ts';

describe('stats', () => {
  it('sample a life at once when it is first seen, and then once in every sweep', async () => {
    await using seen = await StatsUnderTest.open();
    seen.beginFake('foo:hello', 7, 17, ['tap1']);
    await seen.reconcile();
    const [first] = seen.published;
    assert.deepEqual(sample.parse(first), first);
    assert.equal(first?.name, 'foo:hello');
    assert.equal(first.life, 7);
    assert.equal(first.pid, 17);
    assert.equal(first.pageBytes, 4096);
    assert.equal(first.startedAt, BOOTED_AT_S * 1000 + 42_000);
    assert.equal(first.process.cpuShare, null);
    assert.equal(first.process.readBytes, 512);
    assert.equal(first.kvm, null);
    assert.deepEqual(first.nets, [
      {
        name: 'net0',
        tap: 'tap1',
        mtu: 1500,
        flags: 0x1043,
        fromGuest: { bytes: 100, packets: 1, errors: 0, dropped: 0 },
        toGuest: { bytes: 200, packets: 2, errors: 0, dropped: 0 },
        multicastFromGuest: 4,
        collisions: 5,
      },
    ]);
    seen.fake.setProcess(17, { utimeTicks: 650 });
    seen.fake.setTap('tap1', { received: 1000 });
    const [second] = await seen.sweep();
    assert.equal(second?.process.cpuShare, 0.5);
    assert.equal(second.nets[0]?.fromGuest.bytes, 1000);
    assert.equal(seen.published.length, 2);
    assert.deepEqual(seen.stats.samples.all, [second]);
    assert.deepEqual(seen.told.take(), []);
  });

  it('do not sample a second time at once what was only just found', async () => {
    await using seen = await StatsUnderTest.open();
    seen.beginFake('hello', 1, 17);
    await seen.reconcile();
    await seen.stats.sweep();
    assert.equal(seen.published.length, 1);
    assert.equal((await seen.sweep()).length, 1);
  });

  it('read what is dear of each process in one sweep of six, and not of all in the same', async () => {
    await using seen = await StatsUnderTest.open();
    const pids = Array.from({ length: 12 }, (_, index) => 100 + index);
    for (const pid of pids) seen.beginFake(`u${pid}`, pid, pid);
    await seen.reconcile();
    // Once more of each that is new.
    await seen.sweep();
    for (const pid of pids) seen.fake.write(`proc/${pid}/io`, 'read_bytes: 7\nwrite_bytes: 7\n');
    const news: number[] = [];
    for (let sweep = 0; sweep < 6; sweep += 1) {
      const samples = await seen.sweep();
      news.push(samples.filter(({ process }) => process.readBytes === 7).length);
    }
    assert.deepEqual(news, [2, 4, 6, 8, 10, 12]);
  });

  it('end with the folder of a life', async () => {
    await using seen = await StatsUnderTest.open();
    const life = seen.beginFake('hello', 1, 17);
    seen.beginFake('other', 2, 18);
    await seen.reconcile();
    rmSync(join(seen.lives, life), { recursive: true });
    await seen.reconcile();
    assert.deepEqual(
      (await seen.sweep()).map(({ name }) => name),
      ['other'],
    );
    assert.deepEqual(
      seen.stats.samples.all.map(({ name }) => name),
      ['other'],
    );
    assert.deepEqual(seen.told.take(), []);
  });

  it('sample the newest life of a name', async () => {
    await using seen = await StatsUnderTest.open();
    seen.beginFake('hello', 10, 18);
    seen.beginFake('hello', 9, 17);
    await seen.reconcile();
    assert.deepEqual(
      (await seen.sweep()).map(({ life }) => life),
      [10],
    );
  });

  it('publish what the bus was not there for when it is back, the newest of each', async () => {
    await using seen = await StatsUnderTest.open();
    seen.isBusUp = false;
    seen.beginFake('hello', 1, 17);
    seen.beginFake('other', 2, 18);
    await seen.reconcile();
    await seen.sweep();
    await seen.stats.resume();
    assert.equal(seen.published.length, 0);
    seen.isBusUp = true;
    await seen.stats.resume();
    assert.deepEqual(seen.published, seen.stats.samples.all);
    await seen.stats.resume();
    const { published, unsent, sweeps, lives } = seen.stats.counts;
    assert.deepEqual([published, unsent, sweeps, lives], [2, 4, 1, 2]);
  });

  it('show one moment, until there is something else to show', async () => {
    await using seen = await StatsUnderTest.open();
    const { sequence, host } = seen.stats.standing;
    assert.ok(host.cpus > 0);
    await seen.reconcile();
    assert.equal(seen.stats.standing.sequence, sequence);
    const life = seen.beginFake('hello', 1, 17);
    await seen.reconcile();
    const found = seen.stats.standing;
    assert.ok(found.sequence > sequence);
    await seen.sweep();
    const swept = seen.stats.standing;
    assert.ok(swept.sequence > found.sequence);
    assert.notEqual(swept.samples[0], found.samples[0]);
    rmSync(join(seen.lives, life), { recursive: true });
    await seen.reconcile();
    assert.ok(seen.stats.standing.sequence > swept.sequence);
    assert.equal(swept.samples.length, 1);
  });

  it('sample real processes, and notice the end of one', async (t) => {
    const kernel = readKernel();
    await using seen = await StatsUnderTest.open(kernel);
    const sleepers = await Promise.all([Sleeper.start(t), Sleeper.start(t), Sleeper.start(t)]);
    const begunAt = Date.now();
    for (const [index, sleeper] of sleepers.entries())
      seen.begin(`u${index}`, index + 1, sleeper.identity(kernel));
    await seen.reconcile();
    assert.deepEqual(
      seen.published.map(({ pid }) => pid),
      sleepers.map(({ pid }) => pid),
    );
    for (const one of seen.published) {
      assert.deepEqual(sample.parse(one), one);
      // Of one that has just begun, Linux may not have counted a page yet.
      assert.ok(one.process.vsizeBytes > 0 && (one.process.textBytes ?? 0) > 0);
      assert.ok(Math.abs(one.startedAt - begunAt) < 10_000);
    }
    await sleepers[1]?.end();
    assert.deepEqual(
      (await seen.sweep()).map(({ name }) => name),
      ['u0', 'u2'],
    );
    assert.deepEqual(seen.told.take(), ['a process is gone that was sampled']);
    await seen.reconcile();
    assert.equal((await seen.sweep()).length, 2);
    assert.deepEqual(seen.told.take(), []);
    assert.equal(seen.stats.samples.page({ name: ROOT }).samples.length, 2);
  });

  it('let go of everything when they end', async () => {
    await using seen = await StatsUnderTest.open();
    writeFileSync(join(seen.lives, 'no life'), '');
    seen.beginFake('hello', 1, 17, ['tap1']);
    await seen.reconcile();
    await seen.sweep();
    await seen.restart();
    await seen.reconcile();
    assert.equal(seen.published.length, 3);
    assert.deepEqual(seen.told.take(), []);
  });
});

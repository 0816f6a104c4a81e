import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { unikernel } from './testing/names.ts';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readKernel } from './kernel/kernel.ts';
import { RegistrationFile } from './registration-file.ts';
import { REGISTRATIONS_MAX } from './registrations.ts';
import { Sleeper } from './testing/processes.ts';
import { StatsUnderTest } from './testing/stats-under-test.ts';

const named = (text: string, pid: number, nets: { name: string; tap: string }[] = []) => ({
  name: unikernel(text),
  pid,
  nets,
});

const names = async (seen: StatsUnderTest): Promise<readonly string[]> =>
  (await seen.sweep()).map(({ name }) => name);

describe('a process named by hand', () => {
  it('is sampled at once, and in every sweep, with its taps', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    seen.fake.setTap('tap1');
    await seen.stats.add(named('foo:x', 17, [{ name: 'service', tap: 'tap1' }]));
    const [first] = seen.published;
    assert.deepEqual([first?.name, first?.life, first?.pid], ['foo:x', null, 17]);
    assert.deepEqual(
      first?.nets.map(({ name, tap }) => [name, tap]),
      [['service', 'tap1']],
    );
    assert.deepEqual(await names(seen), ['foo:x']);
    assert.equal(seen.stats.counts.byHand, 1);
  });

  it('has a name that no other has', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    seen.beginFake('hello', 1, 18);
    await seen.reconcile();
    await seen.stats.add(named('x', 17));
    assert.equal(await failureCode(seen.stats.add(named('x', 17))), 'STATS_EXISTS');
    assert.equal(await failureCode(seen.stats.add(named('hello', 17))), 'STATS_EXISTS');
    const both = await Promise.allSettled([
      seen.stats.add(named('y', 17)),
      seen.stats.add(named('y', 17)),
    ]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    assert.deepEqual(await names(seen), ['hello', 'x', 'y']);
  });

  it('must be there', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(18, { state: 'Z', threads: 1 });
    for (const pid of [17, 18]) {
      const failure = await seen.stats.add(named('x', pid)).catch((error: unknown) => error);
      assert.equal(String(failure), `Failure: there is no process ${pid}`);
    }
    assert.equal(seen.stats.counts.byHand, 0);
  });

  it('has nets and taps that can have such names', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    for (const net of [
      { name: 'service', tap: '../../x' },
      { name: 'service', tap: 'a tap of sixteen' },
      { name: 'a b', tap: 'tap1' },
      { name: 'x'.repeat(68), tap: 'tap1' },
    ])
      assert.equal(await failureCode(seen.stats.add(named('x', 17, [net]))), 'REQUEST_INVALID');
  });

  it('is sampled no more once it is removed, which can be done once', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    await seen.stats.add(named('x', 17));
    await seen.stats.remove(unikernel('x'));
    assert.equal(await failureCode(seen.stats.remove(unikernel('x'))), 'STATS_NOT_FOUND');
    assert.deepEqual(await names(seen), []);
    assert.deepEqual(seen.stats.samples.all, []);
    await seen.restart();
    assert.equal(seen.stats.counts.byHand, 0);
  });

  it('gives way to a unikernel of its name, for as long as that runs', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    await seen.stats.add(named('hello', 17));
    const life = seen.beginFake('hello', 1, 18);
    await seen.reconcile();
    for (let i = 0; i < 3; i += 1)
      assert.deepEqual(
        (await seen.sweep()).map(({ pid }) => pid),
        [18],
      );
    assert.deepEqual(seen.told.take(), [
      'a process named by hand is not sampled while a unikernel has its name',
    ]);
    rmSync(join(seen.lives, life), { recursive: true });
    await seen.reconcile();
    assert.deepEqual(
      (await seen.sweep()).map(({ pid }) => pid),
      [17],
    );
  });

  it('is none too many', async () => {
    await using seen = await StatsUnderTest.open();
    seen.fake.setProcess(17);
    const all = Array.from({ length: REGISTRATIONS_MAX }, (_, index) => `x${index}`);
    await Promise.all(all.map(async (name) => await seen.stats.add(named(name, 17))));
    assert.equal(await failureCode(seen.stats.add(named('more', 17))), 'REQUEST_INVALID');
    await seen.restart();
    assert.equal(seen.stats.counts.byHand, REGISTRATIONS_MAX);
  });
});

describe('processes named by hand', () => {
  it('are known to whoever comes after us, less those that have ended or become others', async () => {
    await using seen = await StatsUnderTest.open();
    for (const pid of [17, 18, 19]) {
      seen.fake.setProcess(pid);
      await seen.stats.add(named(`x${pid}`, pid, [{ name: 'service', tap: `tap${pid}` }]));
    }
    seen.told.take();
    seen.fake.endProcess(18);
    seen.fake.setProcess(19, { startTicks: 99_999 });
    await seen.restart();
    assert.deepEqual(await names(seen), ['x17']);
    assert.deepEqual(seen.told.take(), [
      'a process named by hand has become another',
      'a tap is gone',
    ]);
    await seen.restart();
    assert.deepEqual(await names(seen), ['x17']);
    assert.deepEqual(seen.told.take(), ['a tap is gone']);
  });

  it('end with the process, for good', async (t) => {
    await using seen = await StatsUnderTest.open(readKernel());
    const sleeper = await Sleeper.start(t);
    await seen.stats.add(named('x', sleeper.pid));
    await seen.stats.add(named('self', process.pid));
    await seen.restart();
    assert.deepEqual(await names(seen), ['x', 'self']);
    await sleeper.end();
    assert.deepEqual(await names(seen), ['self']);
    assert.deepEqual(seen.told.take(), ['a process is gone that was sampled']);
    await seen.stats.remove(unikernel('self'));
    assert.deepEqual(JSON.parse(readFileSync(seen.registrations, 'utf8')), {
      version: 1,
      processes: [],
    });
  });

  for (const damage of [
    '',
    '{',
    '{}',
    '[{}]',
    '[{"name":"x","pid":17,"startTicks":1,"bootId":"b"}]',
  ]) {
    it(`are forgotten with one warning when their file is ${JSON.stringify(damage)}`, async () => {
      await using seen = await StatsUnderTest.open();
      writeFileSync(seen.registrations, damage);
      await seen.restart();
      assert.deepEqual(seen.told.take(), ['the processes named by hand are forgotten']);
      seen.fake.setProcess(17);
      await seen.stats.add(named('x', 17));
      await seen.restart();
      assert.deepEqual(await names(seen), ['x']);
      assert.deepEqual(seen.told.take(), []);
    });
  }

  it('are read as the first version wrote them, and as a list without one', async () => {
    const golden = readFileSync(
      join(import.meta.dirname, 'testing', 'processes-of-version-1'),
      'utf8',
    );
    const { processes } = JSON.parse(golden) as { readonly processes: unknown };
    for (const text of [golden, JSON.stringify(processes)]) {
      await using seen = await StatsUnderTest.open();
      const identity = { pid: 17, startTicks: 170, bootId: 'boot-1' };
      const log = { warn: () => assert.fail('it was told') };
      writeFileSync(seen.registrations, text);
      const file = new RegistrationFile(seen.registrations, log);
      const nets = [{ name: 'service', tap: 'tap1' }];
      const registration = { name: unikernel('foo:x'), nets, identity };
      assert.deepEqual(await file.read(), [registration]);
      await file.write([registration]);
      // Otherwise raise the version, keep that file, and add another beside it.
      assert.equal(readFileSync(seen.registrations, 'utf8'), golden);
    }
  });

  it('stay as they are when a newer version wrote them, and keep this one from starting', async () => {
    await using seen = await StatsUnderTest.open();
    const text = '{"version":2,"processes":"of another kind"}\n';
    writeFileSync(seen.registrations, text);
    await assert.rejects(seen.restart(), {
      name: 'StartError',
      message: `${seen.registrations} is of version 2, and this program knows 1: a newer albatross wrote it, which has to be started instead; or remove the file, and name those processes again with "albatross stats-add"`,
    });
    assert.equal(readFileSync(seen.registrations, 'utf8'), text);
  });

  it('are sampled although they cannot be written down, and written down as soon as they can', async () => {
    await using seen = await StatsUnderTest.open();
    // Nothing can be renamed to a folder.
    mkdirSync(seen.registrations);
    seen.fake.setProcess(17);
    await seen.stats.add(named('x', 17));
    await seen.stats.add(named('y', 17));
    assert.deepEqual(await names(seen), ['x', 'y']);
    await seen.sweep();
    assert.deepEqual(seen.told.take(), ['the processes named by hand cannot be written down']);
    rmdirSync(seen.registrations);
    await seen.sweep();
    await seen.restart();
    assert.deepEqual(await names(seen), ['x', 'y']);
    assert.deepEqual(seen.told.take(), []);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { StatsUnderTest } from './testing/stats-under-test.ts';

/** Five unikernels, each with a tap. */
async function five(): Promise<StatsUnderTest> {
  const seen = await StatsUnderTest.open();
  for (let n = 1; n <= 5; n += 1) seen.beginFake(`u${n}`, n, 100 + n, [`tap${n}`]);
  await seen.reconcile();
  assert.deepEqual(seen.told.take(), []);
  return seen;
}

/** The names that three more sweeps sample, with the number of their nets; each sweep the same. */
async function sweepOn(seen: StatsUnderTest): Promise<readonly string[]> {
  const sweeps: (readonly string[])[] = [];
  for (let i = 0; i < 3; i += 1) {
    await seen.reconcile();
    sweeps.push((await seen.sweep()).map(({ name, nets }) => `${name} ${nets.length}`));
  }
  assert.deepEqual(sweeps[1], sweeps[0]);
  assert.deepEqual(sweeps[2], sweeps[0]);
  return sweeps[0] ?? [];
}

const ALL = ['u1 1', 'u2 1', 'u3 1', 'u4 1', 'u5 1'];
const OTHERS = ALL.filter((one) => !one.startsWith('u3'));

describe('one warning, and nothing else is affected, when', () => {
  it('a process vanishes in the middle of a sweep', async () => {
    await using seen = await five();
    // The sample of the first one is taken already.
    const stats = seen.stats;
    const publish = seen.published.push.bind(seen.published);
    seen.published.push = (...samples) => {
      if (samples[0]?.name === 'u1') seen.fake.endProcess(103);
      return publish(...samples);
    };
    assert.deepEqual(
      (await seen.sweep()).map(({ name }) => name),
      ['u1', 'u2', 'u4', 'u5'],
    );
    assert.deepEqual(seen.told.take(), ['a process is gone that was sampled']);
    seen.published.push = publish;
    assert.deepEqual(await sweepOn(seen), OTHERS);
    assert.deepEqual(seen.told.take(), []);
    assert.equal(stats.counts.lives, 4);
  });

  it('a pid is that of another process by the time its life is seen', async () => {
    await using seen = await five();
    const identity = seen.fake.setProcess(106);
    seen.begin('u6', 6, { ...identity, startTicks: identity.startTicks - 1 });
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take(), ['the process of a life has become another']);
  });

  it('a pid is given to another process while it is sampled', async () => {
    await using seen = await five();
    seen.fake.endProcess(103);
    seen.fake.setProcess(103, { startTicks: 99_999 });
    assert.deepEqual(await sweepOn(seen), OTHERS);
    assert.deepEqual(seen.told.take(), ['a process is gone that was sampled']);
  });

  it('a tap is deleted, and it is back when the tap is', async () => {
    await using seen = await five();
    seen.fake.removeTap('tap3');
    const without = ['u1 1', 'u2 1', 'u3 0', 'u4 1', 'u5 1'];
    assert.deepEqual(await sweepOn(seen), without);
    assert.deepEqual(seen.told.take(), ['a tap is gone']);
    seen.fake.setTap('tap3');
    assert.deepEqual(await sweepOn(seen), ALL);
    seen.fake.removeTap('tap3');
    assert.deepEqual(await sweepOn(seen), without);
    assert.deepEqual(seen.told.take(), ['a tap is gone']);
  });

  it('the taps of all cannot be read', async () => {
    await using seen = await five();
    const path = seen.fake.path('proc/net/dev');
    await seen.restart();
    renameSync(path, `${path}.away`);
    const without = ALL.map((one) => one.replace(' 1', ' 0'));
    assert.deepEqual(await sweepOn(seen), without);
    assert.deepEqual(seen.told.take(), ['no tap can be sampled']);
    renameSync(`${path}.away`, path);
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take(), []);
  });

  it('a tap goes between the table and its MTU', async () => {
    await using seen = await five();
    seen.beginFake('u6', 6, 106, ['tap6']);
    seen.fake.remove('sys/class/net/tap6');
    assert.deepEqual(await sweepOn(seen), [...ALL, 'u6 0']);
    assert.deepEqual(seen.told.take(), ['a tap cannot be read']);
  });

  it('a file about a process cannot be read', async () => {
    await using seen = await five();
    seen.fake.remove('proc/103/io');
    mkdirSync(seen.fake.path('proc/103/io'));
    for (let i = 0; i < 3; i += 1) assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take(), ['a file about a process cannot be read']);
    const { process } = seen.stats.samples.all.find(({ name }) => name === 'u3') ?? assert.fail();
    assert.deepEqual([process.readBytes, process.maxRssBytes], [null, 81_920]);
    assert.ok(seen.stats.counts.valuesUnread > 0);
  });

  it('a life has a damaged record, or none', async () => {
    await using seen = await five();
    for (const [life, record] of [
      ['damaged@6', '{"pid":'],
      ['empty@7', ''],
    ] as const) {
      mkdirSync(join(seen.lives, `:${life}`));
      writeFileSync(join(seen.lives, `:${life}`, 'life'), record);
    }
    mkdirSync(join(seen.lives, ':gone@8'));
    writeFileSync(join(seen.lives, ':file@9'), '');
    mkdirSync(join(seen.lives, ':folder@10/life'), { recursive: true });
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take().toSorted(), [
      'a life cannot be sampled',
      'a life cannot be sampled',
      'a life has a record that says nothing',
      'a life has a record that says nothing',
    ]);
  });

  it('a record cannot be read, until it can', async () => {
    await using seen = await five();
    const record = join(seen.lives, seen.beginFake('u6', 6, 106), 'life');
    renameSync(record, `${record}.away`);
    mkdirSync(record);
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take(), ['a life cannot be sampled']);
    rmdirSync(record);
    renameSync(`${record}.away`, record);
    assert.deepEqual(await sweepOn(seen), [...ALL, 'u6 0']);
    assert.deepEqual(seen.told.take(), []);
  });

  it('the times of the CPUs cannot be read', async () => {
    await using seen = await five();
    seen.fake.write('proc/stat', 'nothing of the kind');
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.equal(seen.stats.host.cpuShare, null);
    assert.deepEqual(seen.told.take(), ['the times of the CPUs cannot be read']);
  });
});

describe('nothing is said', () => {
  it('of lives of an earlier boot, of what has ended before it was seen, and of what may not be read', async () => {
    await using seen = await five();
    seen.begin('u6', 6, { ...seen.fake.setProcess(106), bootId: 'earlier' });
    seen.begin('u7', 7, { pid: 107, startTicks: 1, bootId: seen.fake.kernel.bootId });
    seen.fake.setProcess(108, { state: 'Z', threads: 1 });
    seen.begin('u8', 8, { pid: 108, startTicks: 4200, bootId: seen.fake.kernel.bootId });
    seen.fake.remove('proc/101/io');
    assert.deepEqual(await sweepOn(seen), ALL);
    assert.deepEqual(seen.told.take(), []);
  });
});

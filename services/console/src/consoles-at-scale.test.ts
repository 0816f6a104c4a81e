import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { ConsolesUnderTest } from './testing/consoles-under-test.ts';
import { Host } from './testing/life-double.ts';

/** Lines of a history: those that are kept, and those that are counted. */
function account(entries: readonly string[]): { kept: string[]; dropped: number; markers: number } {
  const kept: string[] = [];
  let [dropped, markers] = [0, 0];
  for (const entry of entries) {
    const marker = /^\d+ <dropped (?<lines>\d+)>$/.exec(entry);
    if (marker !== null) {
      dropped += Number(marker.groups?.['lines']);
      markers += 1;
    } else if (!/^\d+ <(boot|exit)/.test(entry)) kept.push(entry.replace(/^\d+ /, ''));
  }
  return { kept, dropped, markers };
}

describe('consoles of a unikernel that floods', () => {
  it('account for every line, keep the newest and go on', async () => {
    await using host = await Host.make();
    const rate = { linesPerS: 100, bytesPerS: 10 ** 6 };
    using seen = new ConsolesUnderTest(host, { rate });
    const timer = setInterval(() => seen.reconcile(), 1);
    await host.run('hello', 1, 'seq 1 300000');
    clearInterval(timer);
    const { kept, dropped, markers } = account(seen.published('hello'));
    assert.equal(kept.length + dropped, 300_000);
    assert.ok(kept.length >= 1000 && kept.length < 10_000, `${kept.length}`);
    assert.ok(markers >= 1 && markers < 50, `${markers}`);
    const numbers = kept.map(Number);
    assert.ok(numbers.every((number, index) => number > (numbers[index - 1] ?? 0)));
    assert.equal(seen.consoles.counts.linesDropped, dropped);
    assert.equal(seen.published('hello').at(-1)?.replace(/^\d+ /, ''), '<exit 1 status 0>');
  });

  it('read the others meanwhile, each within a moment', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host, { rate: { linesPerS: 1000, bytesPerS: 10 ** 6 } });
    const flood = host.begin('flood', 1);
    const others = Array.from({ length: 50 }, (_, index) => host.begin(`other${index}`, index + 2));
    seen.reconcile();
    const writer = spawn('sh', ['-c', 'exec yes >fifo'], {
      cwd: join(host.lives, flood.name),
      stdio: 'ignore',
    });
    try {
      await eventually('lines are dropped', () => seen.consoles.counts.linesDropped > 0);
      let slowest = 0;
      for (let round = 1; round <= 5; round += 1) {
        const begin = performance.now();
        for (const other of others) other.print(`round ${round}\n`);
        await eventually('all are read', () =>
          others.every((_, index) => seen.published(`other${index}`).length > round),
        );
        slowest = Math.max(slowest, performance.now() - begin);
      }
      assert.ok(slowest < 2000, `${slowest}`);
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
  });
});

describe('consoles of a life whose fifo was replaced', () => {
  const replacements = {
    'a regular file': (path: string) => writeFileSync(path, 'no console\n'),
    'a symbolic link': (path: string) => symlinkSync('/etc/hostname', path),
    'a device': (path: string) => symlinkSync('/dev/zero', path),
    'a folder': (path: string) => mkdirSync(path),
  };
  for (const [what, replace] of Object.entries(replacements))
    it(`by ${what} say so once, read the others and let the keeper go`, async () => {
      await using host = await Host.make();
      using seen = new ConsolesUnderTest(host);
      const bad = host.begin('bad', 1);
      const fifo = join(host.lives, bad.name, 'fifo');
      rmSync(fifo);
      replace(fifo);
      const good = host.begin('good', 2).print('one\n');
      for (let i = 0; i < 3; i += 1) seen.reconcile();
      assert.deepEqual(seen.complaints, ['a fifo was replaced']);
      good.print('two\n');
      assert.deepEqual(seen.history('good'), ['1 <boot 2>', '2 one', '3 two']);
      bad.exit('0 \n');
      for (let i = 0; i < 3; i += 1) seen.reconcile();
      assert.equal(bad.drained(), 'read\n');
      assert.deepEqual(seen.complaints, ['a fifo was replaced']);
    });

  it('while it is read do not notice', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('one\n');
    seen.reconcile();
    const fifo = join(host.lives, life.name, 'fifo');
    rmSync(fifo);
    writeFileSync(fifo, 'no console\n');
    life.print('two\n').exit('0 \n');
    assert.deepEqual(seen.reconcile().history('hello')?.slice(1), [
      '2 one',
      '3 two',
      '4 <exit 1 status 0>',
    ]);
    assert.deepEqual(seen.complaints, []);
  });
});

it('consoles are listed with those that are not read any more', async () => {
  await using host = await Host.make();
  using seen = new ConsolesUnderTest(host);
  host.begin('foo:b', 1).print('one\n');
  host.begin('a', 2).print('one\n').exit('0 \n');
  const { consoles, next } = seen.consoles.list(ROOT);
  assert.deepEqual(
    consoles.map(({ name, isActive }) => [name, isActive]),
    [
      ['a', false],
      ['foo:b', true],
    ],
  );
  assert.equal(next, null);
  assert.ok(consoles.every(({ bytes, lastAt }) => bytes > 0 && lastAt > Date.now() - 60_000));
  const behind = seen.consoles.list(ROOT, parseUnikernelName('a')).consoles;
  assert.deepEqual(
    behind.map(({ name }) => name),
    ['foo:b'],
  );
});

import { eventually } from '@albatross/shared/bus/testing/asserts';
import { UNSAID } from '@albatross/shared/domain/exit';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConsolesUnderTest } from './testing/consoles-under-test.ts';
import { Host } from './testing/life-double.ts';
import { openBelow } from './testing/open-below.ts';

/** The same without their numbers. */
function unnumbered(entries: readonly string[] | null): readonly string[] {
  return (entries ?? []).map((entry) => entry.replace(/^\d+ /, ''));
}

describe('consoles', () => {
  it('read a life from when it is seen until it is over, and publish what they read', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    assert.equal(seen.history('hello'), null);
    const life = host.begin('hello', 1).print('one\n');
    seen.reconcile();
    life.print('two\n');
    await eventually('it is read', () => seen.published('hello').length === 3);
    life.print('three\n').exit('0 \n');
    seen.reconcile();
    const all = ['1 <boot 1>', '2 one', '3 two', '4 three', '5 <exit 1 status 0>'];
    assert.deepEqual(seen.published('hello'), all);
    assert.deepEqual(seen.history('hello'), all);
    assert.equal(life.drained(), 'read\n');
    life.loseKeeper().remove();
    assert.deepEqual(seen.reconcile().history('hello'), all);
    assert.deepEqual(seen.complaints, []);
  });

  it('lose nothing of a life that is seen only when it is over, and let its keeper go once', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1).print('one\ntwo').exit('2 \n');
    using seen = new ConsolesUnderTest(host);
    for (let i = 0; i < 3; i += 1) seen.reconcile();
    const all = ['1 <boot 1>', '2 one', '3 two', '4 <exit 1 status 2>'];
    assert.deepEqual(seen.published('hello'), all);
    assert.equal(life.drained(), 'read\n');
  });

  it('wait for a life whose exit they see first', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    writeFileSync(join(host.exits, ':hello@1'), '5 \n');
    assert.equal(seen.reconcile().history('hello'), null);
    const life = host.begin('hello', 1).print('one\n').endTender();
    seen.reconcile();
    assert.deepEqual(seen.history('hello'), ['1 <boot 1>', '2 one', '3 <exit 1 status 5>']);
    assert.equal(life.drained(), 'read\n');
  });

  it('answer with everything printed until then, seen or not', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('one\n');
    assert.deepEqual(seen.history('hello'), ['1 <boot 1>', '2 one']);
    life.print('two\n');
    assert.deepEqual(seen.history('hello'), ['1 <boot 1>', '2 one', '3 two']);
    life.print('three\n').exit('0 \n');
    assert.deepEqual(seen.history('hello')?.slice(3), ['4 three', '5 <exit 1 status 0>']);
  });

  it('keep one history of two lives of a name, one after the other', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    host.begin('hello', 1).print('first').exit('0 \n');
    seen.reconcile();
    const second = host.begin('hello', 2).print('second\n');
    seen.reconcile();
    second.exit('143 Terminated\n');
    assert.deepEqual(seen.history('hello'), [
      '1 <boot 1>',
      '2 first',
      '3 <exit 1 status 0>',
      '4 <boot 2>',
      '5 second',
      '6 <exit 2 signal 15>',
    ]);
  });

  it('end a life that has no exit when a newer one of its name is there', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const first = host.begin('hello', 9).print('first\n');
    host.begin('hello', 10).print('second\n');
    assert.deepEqual(seen.history('hello'), [
      '1 <boot 9>',
      '2 first',
      '3 <exit 9 unknown>',
      '4 <boot 10>',
      '5 second',
    ]);
    assert.equal(first.drained(), 'read\n');
  });

  it('tell of a guest whose tender is mute what it said itself', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('Solo5: solo5_exit(3) called\n').exit(UNSAID);
    assert.deepEqual(seen.reconcile().history('hello')?.at(-1), '3 <exit 1 status 3>');
    assert.equal(life.drained(), 'read 3\n');
  });

  it('read no life twice whose successor is over and gone already', async () => {
    await using host = await Host.make();
    const first = host.begin('hello', 9).print('first\n').exit('0 \n');
    const second = host.begin('hello', 10).print('second\n').exit('0 \n');
    using before = new ConsolesUnderTest(host);
    const all = before.reconcile().history('hello');
    assert.equal(all?.at(-1), '6 <exit 10 status 0>');
    second.loseKeeper().remove();
    first.drained();
    using after = new ConsolesUnderTest(host);
    assert.deepEqual(after.reconcile().history('hello'), all);
    assert.equal(first.drained(), 'read\n');
  });

  it('keep the consoles of different names apart', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    host.begin('foo:hello', 1).print('foo\n');
    host.begin('hello', 2).print('root\n');
    host.begin('foo:bar:hello', 3).print('bar\n');
    assert.deepEqual(unnumbered(seen.history('hello')), ['<boot 2>', 'root']);
    assert.deepEqual(unnumbered(seen.history('foo:hello')), ['<boot 1>', 'foo']);
    assert.deepEqual(unnumbered(seen.history('foo:bar:hello')), ['<boot 3>', 'bar']);
    assert.equal(seen.history('foo'), null);
  });

  it('lose no line of lives of a millisecond, one after the other', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const timer = setInterval(() => seen.reconcile(), 1);
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const number of numbers) await host.run('hello', number, `echo ${number}; exit ${number}`);
    clearInterval(timer);
    assert.deepEqual(
      unnumbered(seen.history('hello')),
      numbers.flatMap((n) => [`<boot ${n}>`, `${n}`, `<exit ${n} status ${n}>`]),
    );
    assert.deepEqual(seen.complaints, []);
  });

  it('read all of a real tender that prints more than a fifo holds', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const timer = setInterval(() => seen.reconcile(), 1);
    await host.run('hello', 1, 'seq 100000 150000');
    clearInterval(timer);
    const entries = seen.published('hello');
    assert.equal(entries.length, 50_003);
    assert.deepEqual(
      [entries[1], entries.at(-2), entries.at(-1)],
      ['2 100000', '50002 150000', '50003 <exit 1 status 0>'],
    );
  });

  it('end a life when neither keeper nor tender is left to tell how', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('one\n');
    seen.reconcile();
    life.loseKeeper().print('two\n');
    await eventually('it is read', () => seen.published('hello').length === 3);
    life.print('last words').endTender();
    await eventually('it ends', () => seen.published('hello').length === 5);
    const all = ['1 <boot 1>', '2 one', '3 two', '4 last words', '5 <exit 1 unknown>'];
    assert.deepEqual(seen.reconcile().history('hello'), all);
  });

  it('read on when the folder of a life is taken away under it', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('one\n');
    seen.reconcile();
    life.remove().print('two\n');
    assert.deepEqual(seen.reconcile().history('hello'), ['1 <boot 1>', '2 one', '3 two']);
    life.print('three\n').loseKeeper().endTender();
    await eventually('it ends', () => seen.published('hello').length === 5);
    assert.deepEqual(seen.history('hello')?.slice(3), ['4 three', '5 <exit 1 unknown>']);
  });

  it('leave alone what is no life', async () => {
    await using host = await Host.make();
    for (const name of [
      '.new_:hello@1',
      ':hello',
      ':hello@0',
      ':hello@01',
      'hello@1',
      'x',
      ':Hello@1',
    ])
      mkdirSync(join(host.lives, name));
    writeFileSync(join(host.lives, ':file@1'), 'text');
    mkdirSync(join(host.lives, ':cleared-away@1'));
    using seen = new ConsolesUnderTest(host);
    seen.reconcile();
    assert.equal(seen.history('hello'), null);
    assert.deepEqual(seen.complaints, ['a console cannot be read']);
    host.begin('other', 2).print('one\n');
    assert.deepEqual(seen.history('other'), ['1 <boot 2>', '2 one']);
  });

  it('keep what was printed readable when the folder of all lives is gone', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const life = host.begin('hello', 1).print('one\n');
    seen.reconcile();
    renameSync(host.lives, `${host.lives}-away`);
    life.print('two\n');
    assert.throws(() => seen.reconcile(), { code: 'ENOENT' });
    assert.deepEqual(seen.history('hello'), ['1 <boot 1>', '2 one', '3 two']);
    renameSync(`${host.lives}-away`, host.lives);
    life.print('three\n').exit('0 \n');
    assert.deepEqual(seen.history('hello')?.slice(3), ['4 three', '5 <exit 1 status 0>']);
  });

  it('read, number and publish also what no history takes, and keep on when one does again', async () => {
    await using host = await Host.make();
    mkdirSync(host.histories);
    writeFileSync(join(host.histories, ':bad'), 'a file is in the way');
    const bad = host.begin('bad', 1).print('published\n');
    host.begin('good', 2).print('one\n');
    using seen = new ConsolesUnderTest(host);
    for (let i = 0; i < 3; i += 1) seen.reconcile();
    assert.deepEqual(seen.history('good'), ['1 <boot 2>', '2 one']);
    assert.deepEqual(unnumbered(seen.published('bad')), ['<boot 1>', 'published']);
    assert.deepEqual(seen.history('bad'), []);
    assert.equal(seen.consoles.counts.historiesBehind, 1);
    rmSync(join(host.histories, ':bad'));
    await eventually('it is kept again', () => {
      bad.print('again\n');
      return seen.history('bad')?.some((entry) => entry.endsWith(' again')) === true;
    });
    assert.match(seen.history('bad')?.[0] ?? '', / <gap>$/);
    assert.equal(seen.consoles.counts.historiesBehind, 0);
    bad.exit('0 \n');
    seen.reconcile();
    assert.equal(bad.drained(), 'read\n');
    assert.deepEqual(seen.complaints, []);
  });

  it('keep few files open for names nothing runs under', async () => {
    await using host = await Host.make();
    using seen = new ConsolesUnderTest(host);
    const names = Array.from({ length: 100 }, (_, index) => `path${index % 5}:name${index}`);
    for (const name of names) {
      mkdirSync(join(host.histories, name), { recursive: true });
      assert.deepEqual(seen.history(name), []);
    }
    assert.ok(openBelow(host.histories) < 70, String(openBelow(host.histories)));
    const [first = ''] = names;
    const life = host.begin(first, 1).print('one\n');
    assert.deepEqual(seen.history(first), ['1 <boot 1>', '2 one']);
    for (const name of names) assert.equal(seen.history(name)?.length, name === first ? 2 : 0);
    life.print('two\n');
    assert.deepEqual(seen.history(first), ['1 <boot 1>', '2 one', '3 two']);
  });

  it('let every file go when they are closed', async () => {
    await using host = await Host.make();
    {
      using seen = new ConsolesUnderTest(host);
      host.begin('one', 1).print('x\n');
      host.begin('two', 2).exit('0 \n');
      seen.reconcile();
    }
    assert.equal(openBelow(host.histories), 0);
  });
});

it('the name of a history is never a path', async () => {
  await using host = await Host.make();
  using seen = new ConsolesUnderTest(host);
  host.begin('..', 1).print('one\n');
  assert.deepEqual(seen.history(parseUnikernelName('..')), ['1 <boot 1>', '2 one']);
  assert.deepEqual(readdirSync(host.histories), [':..']);
});

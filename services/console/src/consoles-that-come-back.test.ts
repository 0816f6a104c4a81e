import { Child } from '@albatross/shared/runtime/testing/child';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConsolesUnderTest } from './testing/consoles-under-test.ts';
import { Host } from './testing/life-double.ts';

describe('consoles that come back', () => {
  it('after they were stopped show no gap, and go on in the middle of a line', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1).print('one\nha');
    {
      using seen = new ConsolesUnderTest(host);
      seen.reconcile();
    }
    life.print('lf\ntwo\n');
    using seen = new ConsolesUnderTest(host);
    assert.deepEqual(seen.history('hello'), ['1 <boot 1>', '2 one', '3 half', '4 two']);
    assert.deepEqual(seen.published('hello'), ['3 half', '4 two']);
  });

  it('after they were killed show a gap, and lose or repeat nothing that was written down', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 1).print('one\nha');
    {
      await using program = killable(host);
      assert.equal(await program.line(), 'read');
    }
    life.print('lf\n').exit('0 \n');
    const all = ['1 <boot 1>', '2 one', '3 ha', '4 <gap>', '5 lf', '6 <exit 1 status 0>'];
    for (let i = 0; i < 2; i += 1) {
      using seen = new ConsolesUnderTest(host);
      assert.deepEqual(seen.history('hello'), all);
    }
  });

  it('show no gap where the life that was read is over', async () => {
    await using host = await Host.make();
    host.begin('hello', 1).print('one\n').exit('0 \n');
    {
      await using program = killable(host);
      assert.equal(await program.line(), 'read');
    }
    host.begin('hello', 2).print('two\n');
    using seen = new ConsolesUnderTest(host);
    assert.deepEqual(seen.history('hello'), [
      '1 <boot 1>',
      '2 one',
      '3 <exit 1 status 0>',
      '4 <boot 2>',
      '5 two',
    ]);
  });

  it('mark nothing twice while the folders of lives that are over are still there', async () => {
    await using host = await Host.make();
    const first = host.begin('hello', 1).print('one\n').exit('0 \n');
    const second = host.begin('hello', 2).print('two\nha');
    const all = ['1 <boot 1>', '2 one', '3 <exit 1 status 0>', '4 <boot 2>', '5 two'];
    for (let i = 0; i < 3; i += 1) {
      using seen = new ConsolesUnderTest(host);
      assert.deepEqual(seen.history('hello'), all);
      assert.equal(first.drained(), 'read\n');
    }
    second.print('lf\n').exit('1 \n');
    for (let i = 0; i < 2; i += 1) {
      using seen = new ConsolesUnderTest(host);
      assert.deepEqual(seen.history('hello'), [...all, '6 half', '7 <exit 2 status 1>']);
    }
  });

  it('read lives whose numbers are lower than those they knew', async () => {
    await using host = await Host.make();
    {
      using seen = new ConsolesUnderTest(host);
      const life = host.begin('hello', 1000).print('one\n').exit('0 \n');
      seen.reconcile();
      life.loseKeeper().remove();
    }
    host.begin('hello', 1).print('two\n');
    using seen = new ConsolesUnderTest(host);
    assert.deepEqual(seen.history('hello')?.slice(3), ['4 <boot 1>', '5 two']);
  });
});

/** Consoles in a process of their own, killed when disposed of. */
function killable({ lives, exits, histories }: Host): Child {
  const program = new URL('./testing/console-program.ts', import.meta.url);
  return Child.start(program, lives, exits, histories);
}

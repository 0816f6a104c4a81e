import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseLifeName } from '@albatross/shared/domain/life';
import { UNSAID } from '@albatross/shared/domain/exit';
import assert from 'node:assert/strict';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { Attachment } from './attachment.ts';
import { FloodLimit, type FloodRate } from './flood-limit.ts';
import { History } from './history.ts';
import { show } from './testing/entries.ts';
import { Host, type LifeDouble } from './testing/life-double.ts';

const NO_LIMIT: FloodRate = { linesPerS: 10 ** 9, bytesPerS: 10 ** 12 };

/** An attachment to one life, and what it told. */
class Attached implements Disposable {
  readonly attachment: Attachment;
  readonly entries: string[] = [];
  bytes = 0;
  ends = 0;
  readonly #history: History;

  constructor(host: Host, { name }: LifeDouble, rate: FloodRate = NO_LIMIT) {
    const life = parseLifeName(name) ?? assert.fail(name);
    this.#history = History.open(host.histories);
    const log = { error: assert.fail, warn: assert.fail, info: assert.fail, debug: assert.fail };
    this.attachment = new Attachment(
      { life, folder: join(host.lives, name) },
      {
        history: this.#history,
        limit: new FloodLimit(rate, performance.now()),
        onRead: (byteCount) => void (this.bytes += byteCount),
        onEntries: (entries) => void this.entries.push(...entries.map(show)),
        onEnd: () => void (this.ends += 1),
        log,
      },
    );
  }

  [Symbol.dispose](): void {
    this.#history[Symbol.dispose]();
  }
}

describe('an attachment to a life', () => {
  it('marks its beginning, reads, marks its end, and lets the keeper go once', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    life.print('two\n');
    await eventually('the loop reads', () => attached.entries.length === 3);
    life.print('three\nno end').exit('3 \n');
    assert.equal(life.drained(), '');
    attached.attachment.finish({ kind: 'status', status: 3 });
    const lines = ['1 <boot 7>', '2 one', '3 two', '4 three', '5 no end', '6 <exit 7 status 3>'];
    assert.deepEqual(attached.entries, lines);
    assert.equal(attached.bytes, 'one\ntwo\nthree\nno end'.length);
    assert.equal(life.drained(), 'read\n');
  });

  it('that comes back after a rest marks nothing and goes on in the middle of a line', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\nha');
    {
      using before = new Attached(host, life);
      before.attachment.begin();
      before.attachment.rest();
    }
    life.print('lf\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    assert.deepEqual(attached.entries, ['3 half']);
    attached.attachment.rest();
  });

  it('that comes back to a life that was read to its end tells the end again and lets the keeper go', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\n').exit('0 \n');
    {
      using before = new Attached(host, life);
      before.attachment.begin();
      before.attachment.finish({ kind: 'status', status: 0 });
    }
    assert.equal(life.drained(), 'read\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    attached.attachment.finish({ kind: 'status', status: 0 });
    // Whoever was killed after it wrote the end down may not have published it.
    assert.deepEqual(attached.entries, ['3 <exit 7 status 0>']);
    assert.equal(life.drained(), 'read\n');
  });

  it('ends at once where nobody holds the fifo any more', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).loseKeeper().endTender();
    using attached = new Attached(host, life);
    attached.attachment.begin();
    assert.equal(attached.ends, 1);
    attached.attachment.finish({ kind: 'unknown' });
    assert.deepEqual(attached.entries, ['1 <boot 7>', '2 <exit 7 unknown>']);
  });

  it('ends although the keeper is gone or the folder is, and although the guest goes on printing', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    life.print('two\n').loseKeeper().remove();
    attached.attachment.finish({ kind: 'unknown' });
    assert.deepEqual(attached.entries.slice(1), ['2 one', '3 two', '4 <exit 7 unknown>']);
  });

  it('cannot be made where there is no life', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).remove();
    assert.throws(() => new Attached(host, life), { code: 'ENOENT' });
  });
});

describe('an attachment to a life that floods', () => {
  const rate: FloodRate = { linesPerS: 1, bytesPerS: 10 ** 9 };
  const twelve = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join('');
  const kept = Array.from({ length: 10 }, (_, index) => `${index + 2} line ${index + 1}`);

  it('tells before the end how many lines were thrown away', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print(`${twelve}half`).exit('0 \n');
    using attached = new Attached(host, life, rate);
    attached.attachment.begin();
    attached.attachment.finish({ kind: 'status', status: 0 });
    assert.deepEqual(attached.entries, [
      '1 <boot 7>',
      ...kept,
      '12 <dropped 3>',
      '13 <exit 7 status 0>',
    ]);
  });

  it('tells of them also when nothing follows', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print(twelve);
    using attached = new Attached(host, life, rate);
    attached.attachment.begin();
    assert.equal(attached.entries.at(-1), kept.at(-1));
    await eventually('it is told', () => attached.entries.at(-1) === '12 <dropped 2>');
    attached.attachment.rest();
  });

  it('neither tears nor joins a line that was under way when reading was interrupted', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print(`${twelve}ha`);
    {
      using before = new Attached(host, life, rate);
      before.attachment.begin();
      before.attachment.rest();
      assert.equal(before.entries.at(-1), '12 <dropped 3>');
    }
    life.print('lf\nnext\nkept ha');
    {
      using again = new Attached(host, life, NO_LIMIT);
      again.attachment.begin();
      again.attachment.rest();
      assert.deepEqual(again.entries, ['13 next']);
    }
    life.print(`lf\n${twelve}`);
    using again = new Attached(host, life, rate);
    again.attachment.begin();
    assert.equal(again.entries[0], '14 kept half');
    again.attachment.rest();
    assert.equal(again.entries.at(-1), '25 <dropped 2>');
  });
});

describe('the keeper of a life', () => {
  const finished = async (printed: string, status: number | null): Promise<[string, string]> => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print(printed).exit(`${status} \n`);
    using attached = new Attached(host, life);
    attached.attachment.begin();
    attached.attachment.finish(status === null ? null : { kind: 'status', status });
    return [life.drained(), attached.entries.at(-1)?.replace(/^\d+ /, '') ?? ''];
  };

  it('is told how Solo5 said that it ended, and the history too where qemu is mute', async () => {
    assert.deepEqual(await finished('Solo5: solo5_exit(7) called\n', null), [
      'read 7\n',
      '<exit 7 status 7>',
    ]);
    assert.deepEqual(await finished('Solo5: solo5_abort() called\n', null), [
      'read 255\n',
      '<exit 7 status 255>',
    ]);
  });

  it('is told nothing where Solo5 said nothing', async () => {
    assert.deepEqual(await finished('one\n', null), ['read\n', '<exit 7 unknown>']);
    assert.deepEqual(await finished('', null), ['read\n', '<exit 7 unknown>']);
  });

  it('has the last word where it knows the status', async () => {
    assert.deepEqual(await finished('Solo5: solo5_exit(7) called\n', 1), [
      'read 7\n',
      '<exit 7 status 1>',
    ]);
  });

  it('is told what was read before console came back, in whatever pieces', async () => {
    const said = 'Solo5: solo5_exit(300) called\n';
    for (const cut of [0, 10, said.length - 1, said.length]) {
      await using host = await Host.make();
      const life = host.begin('hello', 7).print(said.slice(0, cut));
      {
        using before = new Attached(host, life);
        before.attachment.begin();
        before.attachment.rest();
      }
      life.print(said.slice(cut)).exit(UNSAID);
      using attached = new Attached(host, life);
      attached.attachment.begin();
      attached.attachment.finish(null);
      assert.equal(life.drained(), 'read 44\n');
      assert.match(attached.entries.at(-1) ?? '', /<exit 7 status 44>/);
    }
  });

  it('is not told what an earlier life said', async () => {
    await using host = await Host.make();
    const first = host.begin('hello', 7).print('Solo5: solo5_exit(7) called\n').exit(UNSAID);
    using one = new Attached(host, first);
    one.attachment.begin();
    one.attachment.finish(null);
    const second = host.begin('hello', 8);
    {
      using before = new Attached(host, second);
      before.attachment.begin();
      before.attachment.rest();
    }
    using attached = new Attached(host, second.exit(UNSAID));
    attached.attachment.begin();
    attached.attachment.finish(null);
    assert.equal(second.drained(), 'read\n');
  });

  it('is told although the line came in a flood', async () => {
    await using host = await Host.make();
    const said = 'Solo5: solo5_exit(3) called\n';
    const life = host
      .begin('hello', 7)
      .print(`${'x\n'.repeat(100)}${said}`)
      .exit(UNSAID);
    using attached = new Attached(host, life, { linesPerS: 1, bytesPerS: 1000 });
    attached.attachment.begin();
    attached.attachment.finish(null);
    assert.equal(life.drained(), 'read 3\n');
  });

  it('is told through a fifo only', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).exit('0 \n');
    const [drain, victim] = [join(host.lives, life.name, 'drain'), join(host.exits, 'victim')];
    writeFileSync(victim, 'untouched');
    rmSync(drain);
    symlinkSync(victim, drain);
    using attached = new Attached(host, life);
    attached.attachment.begin();
    attached.attachment.finish({ kind: 'status', status: 0 });
    assert.equal(readFileSync(victim, 'utf8'), 'untouched');
  });
});

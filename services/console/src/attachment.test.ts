import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseLifeName } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Attachment } from './attachment.ts';
import { History } from './history.ts';
import { show } from './testing/entries.ts';
import { Host, type LifeDouble } from './testing/life-double.ts';

/** An attachment to one life, and what it told. */
class Attached implements Disposable {
  readonly attachment: Attachment;
  readonly entries: string[] = [];
  bytes = 0;
  ends = 0;
  readonly #history: History;

  constructor(host: Host, { name }: LifeDouble) {
    const life = parseLifeName(name) ?? assert.fail(name);
    this.#history = History.open(host.histories);
    const log = { error: assert.fail, warn: assert.fail, info: assert.fail, debug: assert.fail };
    this.attachment = new Attachment(
      { life, folder: join(host.lives, name) },
      {
        history: this.#history,
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
    attached.attachment.finish('status 3');
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

  it('that comes back to a life that was read to its end only lets the keeper go', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\n').exit('0 \n');
    {
      using before = new Attached(host, life);
      before.attachment.begin();
      before.attachment.finish('status 0');
    }
    assert.equal(life.drained(), 'read\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    attached.attachment.finish('status 0');
    assert.deepEqual(attached.entries, []);
    assert.equal(life.drained(), 'read\n');
  });

  it('ends at once where nobody holds the fifo any more', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).loseKeeper().endTender();
    using attached = new Attached(host, life);
    attached.attachment.begin();
    assert.equal(attached.ends, 1);
    attached.attachment.finish('unknown');
    assert.deepEqual(attached.entries, ['1 <boot 7>', '2 <exit 7 unknown>']);
  });

  it('ends although the keeper is gone or the folder is, and although the guest goes on printing', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).print('one\n');
    using attached = new Attached(host, life);
    attached.attachment.begin();
    life.print('two\n').loseKeeper().remove();
    attached.attachment.finish('unknown');
    assert.deepEqual(attached.entries.slice(1), ['2 one', '3 two', '4 <exit 7 unknown>']);
  });

  it('cannot be made where there is no life', async () => {
    await using host = await Host.make();
    const life = host.begin('hello', 7).remove();
    assert.throws(() => new Attached(host, life), { code: 'ENOENT' });
  });
});

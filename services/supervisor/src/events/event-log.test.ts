import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { EVENT_TEXT_BYTES_MAX, SEGMENT_BYTES_MAX } from './event-log.ts';
import { EventLogUnderTest, failed } from '../testing/event-log-under-test.ts';

describe('an event log', () => {
  it('numbers events from one on, also over restarts', async () => {
    await using folder = await TemporaryFolder.make();
    for (const [why, seq] of [
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ] as const) {
      using seen = await EventLogUnderTest.open(folder.path);
      seen.record(why);
      assert.equal(seen.told[0]?.seq, seq);
      assert.deepEqual(seen.defects, []);
    }
    using seen = await EventLogUnderTest.open(folder.path);
    assert.deepEqual(seen.shown(), ['1 one', '2 two', '3 three']);
  });

  it('gives each event an id and the time, and tells of it once it is in the file', async () => {
    await using folder = await TemporaryFolder.make();
    using seen = await EventLogUnderTest.open(folder.path);
    const found: number[] = [];
    seen.log.onRecorded = (event) => {
      seen.told.push(event);
      found.push(seen.all().length);
    };
    seen.record('one');
    seen.clock.now = 2000;
    seen.log.record({ ...failed('hello', 'two'), id: '00000000000000aa' });
    assert.deepEqual(found, [1, 2]);
    assert.deepEqual(seen.all(), seen.told);
    const [one, two] = seen.told;
    assert.match(one?.id ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual([one?.at, two?.at, two?.id], [1000, 2000, '00000000000000aa']);
  });

  it('keeps the order when an event brings about another, or the one told throws', async () => {
    await using folder = await TemporaryFolder.make();
    using seen = await EventLogUnderTest.open(folder.path);
    seen.log.onRecorded = (event) => {
      if (event.seq === 1) seen.record('two');
      throw new Error(`told ${event.seq}`);
    };
    seen.record('one', 'three');
    assert.deepEqual(seen.shown(), ['1 one', '2 two', '3 three']);
    assert.deepEqual(seen.defects, ['Error: told 2', 'Error: told 1', 'Error: told 3']);
  });

  it('knows the ids that were in it when it was opened, until it is to forget them', async () => {
    await using folder = await TemporaryFolder.make();
    const id = '00000000000000aa';
    {
      using seen = await EventLogUnderTest.open(folder.path);
      seen.log.record({ ...failed('hello', 'one'), id });
    }
    using seen = await EventLogUnderTest.open(folder.path);
    assert.deepEqual([seen.log.has(id), seen.log.has('00000000000000ab')], [true, false]);
    seen.log.forgetIds();
    assert.equal(seen.log.has(id), false);
  });

  it('cuts texts that are too long, and says so of what cannot be written', async () => {
    await using folder = await TemporaryFolder.make();
    using seen = await EventLogUnderTest.open(folder.path);
    seen.record('ä'.repeat(EVENT_TEXT_BYTES_MAX));
    const [cut] = seen.all();
    assert.ok(cut?.type === 'failed');
    assert.equal(cut.why, `${'ä'.repeat(EVENT_TEXT_BYTES_MAX / 2)}…`);
    const bridges = Array.from({ length: 10_000 }, (_, i) => `bridge${i}`);
    const numbers = { unikernels: 1, memoryMib: 1, cpus: [0], blockMib: null };
    const { name, actor, requestId } = failed('foo:', '');
    seen.log.record({ type: 'policy-set', name, actor, requestId, ...numbers, bridges });
    seen.log.record({ ...failed('hello', 'two'), id: 'no id' });
    seen.record('three');
    assert.deepEqual(seen.shown().slice(1), ['2 lost 1', '3 lost 1', '4 three']);
    assert.deepEqual(seen.defects, [
      'Error: policy-set of foo: cannot be written as one line',
      'Error: failed of hello cannot be written as one line',
    ]);
  });

  it('takes nothing any more once it is closed, and says so', async () => {
    await using folder = await TemporaryFolder.make();
    const seen = await EventLogUnderTest.open(folder.path);
    seen.record('one');
    for (let i = 0; i < 2; i += 1) seen[Symbol.dispose]();
    seen.record('two');
    assert.deepEqual(seen.defects, ['Error: failed of hello came too late']);
    assert.deepEqual(seen.all(), []);
  });

  it('throws the oldest away when it is full, and keeps at least a file of the newest', async () => {
    await using folder = await TemporaryFolder.make();
    const why = 'x'.repeat(4000);
    const total = 3000;
    {
      using seen = await EventLogUnderTest.open(folder.path);
      for (let seq = 1; seq <= total; seq += 1) {
        seen.record(why);
        if (seq % 100 > 0) continue;
        const { first, last } = seen.log.list({
          name: failed(':', '').name,
          from: { kind: 'count', count: 0 },
        });
        assert.equal(last, seq);
        assert.ok(seq - (first ?? 0) >= Math.min(seq - 1, SEGMENT_BYTES_MAX / 4200));
      }
    }
    for (const file of ['0', '1'])
      assert.ok((await readFile(folder.file(file))).length <= SEGMENT_BYTES_MAX);
    using seen = await EventLogUnderTest.open(folder.path);
    const numbers = seen.all().map(({ seq }) => seq);
    assert.equal(numbers.at(-1), total);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => total - numbers.length + 1 + index),
    );
    assert.deepEqual(seen.defects, []);
    assert.equal(seen.record('next').told[0]?.seq, total + 1);
  });
});

describe('the files of an event log', () => {
  it('killed at any byte of the last event are cut off there, and go on', async () => {
    await using folder = await TemporaryFolder.make();
    const { whole, start } = await threeEvents(folder.path);
    for (let end = start; end < whole.length; end += 1) {
      const path = join(folder.path, String(end));
      await mkdir(path);
      await writeFile(join(path, '0'), whole.subarray(0, end));
      await writeFile(join(path, 'boot'), 'this-boot 1\n');
      for (const reason of ['a', 'b']) {
        using seen = await EventLogUnderTest.open(path);
        assert.equal(seen.defects.length, reason === 'a' && end > start ? 1 : 0);
        seen.record(reason);
      }
      using seen = await EventLogUnderTest.open(path);
      assert.deepEqual(seen.shown(), ['1 one', '2 two', '3 a', '4 b']);
    }
  });

  it('with damage in the middle keep everything else, and the numbers', async () => {
    await using folder = await TemporaryFolder.make();
    const { whole } = await threeEvents(folder.path);
    const second = whole.indexOf(10) + 1;
    for (const [index, damage] of ['x', '\n', '\0\0\0\0', 'x\ny\nz\n'].entries()) {
      const path = folder.file(`damaged-${index}`);
      await mkdir(path);
      const bytes = Buffer.from(whole);
      bytes.write(damage, second + 3);
      await writeFile(join(path, '1'), bytes);
      await writeFile(join(path, 'boot'), 'this-boot 1\n');
      using seen = await EventLogUnderTest.open(path);
      assert.match(seen.defects.join(), /^Error: \S+: \d+ damaged bytes at \d+ are passed over$/);
      seen.record('four');
      assert.deepEqual(seen.shown(), ['1 one', '3 three', '4 four']);
      const count = { kind: 'count', count: 3 } as const;
      const { events } = seen.log.list({ name: failed('hello', '').name, from: count });
      assert.equal(events.length, 3);
    }
  });

  it('that are something else entirely are begun anew', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('0'), Buffer.alloc(100_000));
    await writeFile(folder.file('1'), 'x\n'.repeat(1000));
    await writeFile(folder.file('boot'), 'x');
    using seen = await EventLogUnderTest.open(folder.path);
    assert.equal(seen.defects.length, 2);
    assert.deepEqual(seen.record('one').shown(), ['1 one']);
  });

  it('never give a number again that a power loss may have taken with its event', async () => {
    await using folder = await TemporaryFolder.make();
    {
      using seen = await EventLogUnderTest.open(folder.path, 'first-boot');
      seen.record('one', 'two');
    }
    const whole = await readFile(folder.file('1'));
    for (const [reason, bootId] of [
      ['three', 'second-boot'],
      ['four', 'second-boot'],
      ['five', 'third-boot'],
    ] as const) {
      using seen = await EventLogUnderTest.open(folder.path, bootId);
      seen.record(reason);
    }
    using seen = await EventLogUnderTest.open(folder.path, 'third-boot');
    const later = ['100003 three', '100004 four', '200005 five'];
    assert.deepEqual(seen.shown(), ['1 one', '2 two', ...later]);

    // Neither when the event behind them never got to the disk, nor when nothing did.
    for (const content of [whole, Buffer.alloc(0)]) {
      for (const file of ['0', '1']) await writeFile(folder.file(file), content);
      using again = await EventLogUnderTest.open(folder.path, 'third-boot');
      assert.equal(again.record('next').told[0]?.seq, 200_005);
    }
  });

  it('are not made where there can be none', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('file'), '');
    await assert.rejects(EventLogUnderTest.open(folder.file('file/events')), { code: 'ENOTDIR' });
    await mkdir(folder.file('1'));
    await assert.rejects(EventLogUnderTest.open(folder.path), { code: 'EISDIR' });
  });
});

/** The file of three events, and where the third begins. */
async function threeEvents(folder: string): Promise<{ whole: Buffer; start: number }> {
  const path = join(folder, 'whole');
  {
    using seen = await EventLogUnderTest.open(path);
    seen.record('one', 'two', 'three');
  }
  const whole = Buffer.concat([await readFile(join(path, '0')), await readFile(join(path, '1'))]);
  return { whole, start: whole.lastIndexOf(10, whole.length - 2) + 1 };
}

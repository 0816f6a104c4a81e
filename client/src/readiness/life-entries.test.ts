import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LAST_LINES_MAX, LifeEntries } from './life-entries.ts';

let seq = 0;
const entry = (of: ConsoleEntry['entry']): ConsoleEntry => ({
  seq: (seq += 1),
  at: seq,
  entry: of,
});
const line = (text: string): ConsoleEntry =>
  entry({ kind: 'line', bytes: Buffer.from(text), truncated: false });
const boot = (life: number): ConsoleEntry => entry({ kind: 'boot', life });
const exit = (life: number): ConsoleEntry => entry({ kind: 'exit', life, why: 'status 0' });

describe('the entries of a life', () => {
  it('begin at its mark, and go on with the lives behind it', () => {
    const entries = new LifeEntries(7);
    const before = [line('old'), exit(5), boot(6), line('older'), exit(6)];
    assert.deepEqual(
      before.map((one) => entries.take(one)),
      before.map(() => false),
    );
    const own = [boot(7), line('new'), exit(7), boot(8), line('newer')];
    assert.deepEqual(
      own.map((one) => entries.take(one)),
      own.map(() => true),
    );
    assert.deepEqual(entries.lastLines, ['new', 'newer']);
  });

  it('are all there are where its number is not known', () => {
    const entries = new LifeEntries(null);
    assert.equal(entries.take(line('any')), true);
  });

  it('tell when all of a life was seen', () => {
    const entries = new LifeEntries(7);
    assert.equal(entries.hasEnded(7), false);
    for (const one of [exit(6), boot(7), line('new')]) entries.take(one);
    assert.deepEqual(
      [6, 7, null].map((life) => entries.hasEnded(life)),
      [true, false, false],
    );
    entries.take(exit(7));
    assert.deepEqual(
      [7, null].map((life) => entries.hasEnded(life)),
      [true, true],
    );
    entries.take(boot(9));
    assert.deepEqual(
      [8, 9, null].map((life) => entries.hasEnded(life)),
      [true, false, false],
    );
  });

  it('are remembered for a failure, a few, short, and without effect on a terminal', () => {
    const entries = new LifeEntries(null);
    for (let index = 0; index < 20; index += 1) entries.take(line(`${index}`));
    assert.equal(entries.lastLines.length, LAST_LINES_MAX);
    assert.equal(entries.lastLines.at(-1), '19');
    entries.take(line(`\u001b[2J${'x'.repeat(5000)}`));
    const [last = ''] = entries.lastLines.slice(-1);
    assert.ok(last.startsWith('\\x1b[2J') && last.length < 300, last);
  });
});

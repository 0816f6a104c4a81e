import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Account } from './account.ts';
import type { Settlement } from './reckoning.ts';
import { Script } from './script.ts';

const script = Script.ticking({ rate: 10, ticks: 5 });
const before: readonly string[] = [
  '[boot]',
  'hello from spt',
  'argument: --name=web',
  ...script.words.map((word) => `argument: ${word}`),
];
const all = [...before, ...ticks(1, 5), 'blocked 17 of 18'];
const total = script.total ?? 0;

describe('the account of a console', () => {
  it('is settled when every line is there', () => {
    const account = accountOf(all);
    assert.deepEqual(account.settle(), settled({ entries: all.length, recorded: total }));
    assert.deepEqual([account.newest, account.reached], [14, 13]);
    assert.deepEqual(account.writing, { blockedUs: 17, longestUs: 18 });
  });

  it('is settled when the lines that are not there are counted where they would be', () => {
    const account = accountOf([...before, 'tick 1', '[dropped 3]', 'tick 5', '[dropped 1]']);
    assert.deepEqual(account.settle(), settled({ entries: 12, recorded: 9, dropped: 4 }));
    assert.equal(account.reached, total);
    assert.equal(account.writing, null);
  });

  it('names the place where lines are missing, and does not take other droppings for them', () => {
    const texts = [...before, 'tick 1', 'tick 4', '[dropped 2]', 'tick 5', 'blocked 17 of 18'];
    assert.deepEqual(accountOf(texts).settle().problems, [
      '2 lines are neither there nor counted as dropped between line 8 and line 11, entry 10',
      '2 lines too many are there or counted as dropped between line 11 and line 12, entry 12',
    ]);
  });

  it('misses the end of what was to be printed', () => {
    assert.deepEqual(accountOf([...before, ...ticks(1, 3)]).settle().problems, [
      '3 lines are neither there nor counted as dropped between line 10 and its end',
    ]);
  });

  it('finds a line that is there twice', () => {
    const texts = [...before, ...ticks(1, 3), ...ticks(3, 5), 'blocked 17 of 18'];
    assert.deepEqual(accountOf(texts).settle().problems, [
      '1 lines too many are there or counted as dropped between line 10 and line 10, entry 12',
    ]);
  });

  it('lets lines be missing at a gap marker only, torn ones included', () => {
    const texts = [
      ...before,
      'tick 1',
      'ti',
      '[gap]',
      'k 3',
      'tick 4',
      'tick 5',
      'blocked 17 of 18',
    ];
    const lost = { gaps: 1, lostAtGaps: 2, lostBytesMost: 2 * 'tick 2\n'.length - 5 };
    assert.deepEqual(
      accountOf(texts).settle(),
      settled({ entries: texts.length, recorded: total - 2, ...lost }),
    );
    assert.deepEqual(accountOf([...all, 'ti']).settle().problems, [
      'entry 15 is no line of its: "ti"',
    ]);
  });

  it('takes what nobody saw for lines, by the numbers', () => {
    const account = new Account(script);
    const entries = entriesOf(all);
    for (const entry of [...entries.slice(0, 3), ...entries.slice(9)]) account.take(entry);
    assert.deepEqual(account.settle(), settled({ entries: 14, recorded: total, unseen: 6 }));
  });

  it('begins where entries are still kept', () => {
    const account = new Account(script);
    const texts = [...before, '[dropped 1]', '[dropped 2]', 'tick 4', 'tick 5', 'blocked 17 of 18'];
    for (const entry of entriesOf(texts).slice(9)) account.take(entry);
    assert.notDeepEqual(account.settle().problems, []);
    assert.deepEqual(account.settle(10), settled({ entries: texts.length, recorded: 2 }));
  });

  it('finds an entry that is told in two ways', () => {
    const account = accountOf(all);
    for (const entry of entriesOf(all)) account.take(entry);
    assert.deepEqual(account.settle().problems, []);
    for (const entry of entriesOf(['tick 2'])) account.take(entry);
    assert.deepEqual(account.settle().problems.slice(0, 1), [
      'entry 1 is told in two ways, once as line tick 2',
    ]);
  });

  it('has no end where the unikernel has none', () => {
    const flooding = new Account(Script.flooding());
    const words = Script.flooding().words.map((word) => `argument: ${word}`);
    const texts = [...before.slice(0, 3), ...words, 'flood 1', '[dropped 8]', 'flood 10'];
    for (const entry of entriesOf(texts)) flooding.take(entry);
    const { recorded, dropped, problems } = flooding.settle();
    assert.deepEqual({ recorded, dropped, problems }, { recorded: 6, dropped: 8, problems: [] });
  });
});

function ticks(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `tick ${first + index}`);
}

function accountOf(texts: readonly string[]): Account {
  const account = new Account(script);
  for (const entry of entriesOf(texts)) account.take(entry);
  return account;
}

/** Markers stand in brackets. */
function entriesOf(texts: readonly string[]): readonly ConsoleEntry[] {
  return texts.map((text, index) => ({ seq: index + 1, at: 0, entry: entryOf(text) }));
}

function entryOf(text: string): ConsoleEntry['entry'] {
  if (text === '[boot]') return { kind: 'boot', life: 1 };
  if (text === '[gap]') return { kind: 'gap', why: 'a reason' };
  const dropped = /^\[dropped (\d+)\]$/.exec(text)?.[1];
  if (dropped !== undefined) return { kind: 'dropped', lines: Number(dropped) };
  return { kind: 'line', bytes: Buffer.from(text), truncated: false };
}

function settled(counts: Partial<Settlement>): Settlement {
  const none = { dropped: 0, gaps: 0, lostAtGaps: 0, lostBytesMost: 0, unseen: 0, problems: [] };
  return { entries: 0, recorded: 0, ...none, ...counts };
}

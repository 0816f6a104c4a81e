import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Told } from './testing/told.ts';
import { Troubles } from './troubles.ts';

describe('troubles', () => {
  it('are told once each, until they are over', () => {
    const told = new Told();
    const troubles = new Troubles(told.log);
    for (let i = 0; i < 3; i += 1) {
      troubles.warn('a', 'one', { i });
      troubles.warn('b', 'another');
    }
    assert.deepEqual(told.take(), ['one', 'another']);
    assert.deepEqual(told.fields, [{ i: 0 }, {}]);
    troubles.over('a');
    troubles.warn('a', 'one');
    troubles.warn('b', 'another');
    assert.deepEqual(told.take(), ['one']);
  });

  it('of what is no more are forgotten', () => {
    const told = new Told();
    const troubles = new Troubles(told.log);
    for (const what of ['a', 'b']) troubles.warn(what, what);
    troubles.keepOnly(new Set(['b', 'c']));
    assert.deepEqual([troubles.isTold('a'), troubles.isTold('b')], [false, true]);
  });
});

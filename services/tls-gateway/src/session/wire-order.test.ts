import { parseName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inWireOrder } from './wire-order.ts';

describe("the original's order", () => {
  it('has a path before what is in it, and its labels from the last to the first', () => {
    const names = ['a', 'a:', 'a:a', 'a:b', 'a:b:c', 'ab', 'b:', ':', 'b.c', 'b-c'].map(parseName);
    assert.deepEqual(
      inWireOrder(names, (name) => name),
      [':', 'b.c', 'b-c', 'b:', 'ab', 'a', 'a:', 'a:b', 'a:b:c', 'a:a'],
    );
  });
});

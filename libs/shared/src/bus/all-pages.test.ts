import assert from 'node:assert/strict';
import { it } from 'node:test';
import { allPages, type From } from './all-pages.ts';

it('all pages are asked for, each behind the one before it', async () => {
  const asked: From<number>[] = [];
  const pages = await allPages(async (from: From<number>) => {
    asked.push(from);
    const begin = from.after ?? 0;
    return { entries: [begin + 1], next: begin === 2 ? null : begin + 1 };
  });
  assert.deepEqual(asked, [{}, { after: 1 }, { after: 2 }]);
  assert.deepEqual(
    pages.flatMap(({ entries }) => entries),
    [1, 2, 3],
  );
});

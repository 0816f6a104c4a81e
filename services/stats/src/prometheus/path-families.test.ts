import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf, pageOf, REALISTIC } from './testing/page-of.ts';
import { valueOf } from './testing/read-page.ts';

describe('the page with the metrics, of paths', () => {
  it('has what is used and allowed at and below each path', async () => {
    const page = await pageOf(REALISTIC);
    assert.deepEqual(linesOf(page, 'albatross_path_unikernels'), ['path=:: 1', 'path=foo:: 1']);
    assert.deepEqual(linesOf(page, 'albatross_path_unikernels_limit'), ['path=:: 10']);
    assert.deepEqual(linesOf(page, 'albatross_path_memory_limit_bytes').length, 1);
    const root = { path: ':' };
    assert.equal(valueOf(page, 'albatross_path_memory_bytes', root), 32 * 1024 * 1024);
    assert.equal(valueOf(page, 'albatross_path_memory_limit_bytes', root), 64 * 1024 * 1024);
    assert.deepEqual(
      ['true', 'false'].map((attached) =>
        valueOf(page, 'albatross_path_block_bytes', { ...root, attached }),
      ),
      [2 * 1024 * 1024, 3 * 1024 * 1024],
    );
    assert.ok(!page.has('albatross_path_block_limit_bytes'));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type * as z from './schema.ts';
import { bulkDeadlineMs, openBlob, zlibBytesMax } from './blob.ts';
import { BLOCK_MIB_MAX, createBlock, dumpBlock } from './block.ts';

const id = 'request-1';
const name = 'foo:data';

/** The failure a schema names for what is wrong; 'other' when it names none, null when nothing is. */
function refusal(schema: z.ZodMiniType, value: unknown): unknown {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (issue === undefined) return null;
  return issue.code === 'custom' ? (issue.params?.['failure'] ?? 'other') : 'other';
}

describe('the size of a block device', () => {
  it('is a whole number of MiB whose bytes can be counted', () => {
    for (const sizeMib of [1, BLOCK_MIB_MAX])
      assert.equal(refusal(createBlock.body, { id, name, sizeMib }), null);
    assert.ok(Number.isSafeInteger(BLOCK_MIB_MAX * 2 ** 20));
  });

  for (const sizeMib of [
    0,
    -1,
    1.5,
    Number.NaN,
    Infinity,
    BLOCK_MIB_MAX + 1,
    2n,
    '1',
    null,
    undefined,
  ])
    it(`is not ${String(sizeMib)}`, () => {
      assert.equal(refusal(createBlock.body, { id, name, sizeMib }), 'BLOCK_SIZE_INVALID');
    });
});

it('a block device has a name, not a path', () => {
  assert.equal(refusal(createBlock.body, { id, name: 'foo:', sizeMib: 1 }), 'NAME_INVALID');
});

it('a level that zlib does not have never reaches it', () => {
  for (const compressionLevel of [-1, 10, 1.5, '9', null])
    assert.equal(refusal(dumpBlock.body, { name, compressionLevel }), 'other');
});

it('an upload is an image unless something else is said, and its size may be unknown', () => {
  const opened = openBlob.body.parse({ name, sizeBytes: null });
  assert.deepEqual(opened, { name, sizeBytes: null, purpose: 'image', compressed: false });
});

it('deadlines and bounds grow with the bytes', () => {
  assert.equal(bulkDeadlineMs(0), 30_000);
  assert.ok(bulkDeadlineMs(2 ** 30) > 60_000);
  assert.ok(zlibBytesMax(0) > 8);
});

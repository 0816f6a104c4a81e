import assert from 'node:assert/strict';
import { open, readFile, stat } from 'node:fs/promises';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { writeSparsely } from './sparse-file.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

async function written(
  parts: readonly Uint8Array[],
  beforeWrite?: (byteCount: number) => void,
): Promise<{ readonly content: Buffer; readonly diskBytes: number }> {
  await using folder = await TemporaryFolder.make();
  const path = folder.file('sparse');
  const file = await open(path, 'wx');
  let position = 0;
  try {
    for (const part of parts) {
      await writeSparsely(file, part, position, beforeWrite);
      position += part.length;
    }
    await file.truncate(position);
  } finally {
    await file.close();
  }
  const { blocks } = await stat(path);
  return { content: await readFile(path), diskBytes: blocks * 512 };
}

describe('a sparse file', () => {
  it('holds what was written, however it was cut', async () => {
    const part = fc.tuple(fc.nat(9_000), fc.constantFrom(0, 0, 7));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const bytes = parts.map(([length, value]) => Buffer.alloc(length, value));
        assert.deepEqual((await written(bytes)).content, Buffer.concat(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('takes no room for zeros', async () => {
    const { content, diskBytes } = await written([Buffer.alloc(1 << 20), Buffer.of(1)]);
    assert.equal(content.length, (1 << 20) + 1);
    assert.ok(diskBytes <= 65_536, String(diskBytes));
  });

  it('tells before how much it writes, and stops when that is refused', async () => {
    const told: number[] = [];
    const zeros = Buffer.alloc(8192);
    const solid = Buffer.alloc(4096, 1);
    await written([Buffer.concat([solid, zeros, solid, solid])], (count) => void told.push(count));
    assert.deepEqual(told, [4096, 8192]);
    const refusing = written([solid], () => {
      throw new Error('no more');
    });
    await assert.rejects(refusing, { message: 'no more' });
  });
});

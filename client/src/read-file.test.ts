import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { openFile } from './read-file.ts';

it('reads a file piece by piece', async () => {
  await using folder = await TemporaryFolder.make();
  const content = Buffer.alloc(2_000_000, 'content ');
  await writeFile(folder.file('data'), content);
  await using file = await openFile(folder.file('data'));
  assert.equal(file.sizeBytes, content.length);
  const pieces: Uint8Array[] = [];
  for await (const piece of file.source.pieces()) pieces.push(piece);
  assert.ok(pieces.length > 1);
  assert.deepEqual(Buffer.concat(pieces), content);
});

it('says which file cannot be read', async () => {
  await using folder = await TemporaryFolder.make();
  for (const path of [folder.file('missing'), folder.path, '/dev/null'])
    assert.equal(await failureCode(openFile(path)), 'FILE_UNREADABLE');
});

import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readBaseline, readResult } from './read-result.ts';
import { fixtureResult, fixtureRow } from './testing/fixture-result.ts';

describe('a file with a result', () => {
  it('is read as it was written', async () => {
    await using folder = await TemporaryFolder.make();
    const result = fixtureResult({ rows: [fixtureRow('creates/first-byte')] });
    await writeFile(folder.file('r.json'), JSON.stringify(result));
    assert.deepEqual(await readResult(folder.file('r.json')), result);
    assert.deepEqual(await readBaseline(folder.file('r.json')), result);
  });

  it('is refused with what is wrong with it', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('r.json'), JSON.stringify({ ...fixtureResult(), format: 2 }));
    await assert.rejects(readResult(folder.file('r.json')), /no result of npm run bench.*format/s);
    await assert.rejects(readResult(folder.file('none.json')), /ENOENT/);
  });

  it('is no baseline when it was measured in a hurry', async () => {
    await using folder = await TemporaryFolder.make();
    await writeFile(folder.file('r.json'), JSON.stringify(fixtureResult({ isQuick: true })));
    await assert.rejects(readBaseline(folder.file('r.json')), /made with --quick/);
  });
});

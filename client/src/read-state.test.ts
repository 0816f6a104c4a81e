import { parseName } from '@albatross/shared/domain/name';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { encodeState } from '@albatross/wire';
import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readState, STATE_BYTES_MAX } from './read-state.ts';
import { writtenConfig } from './testing/state-entries.ts';

describe('the file of a state', () => {
  it('is read', async () => {
    await using folder = await TemporaryFolder.make();
    const value = writtenConfig();
    const entry = { name: parseName('hello'), value };
    await writeFile(folder.file('state'), encodeState({ unikernels: [entry], policies: [] }));
    assert.deepEqual(await readState(folder.file('state')), {
      unikernels: [{ kind: 'read', ...entry }],
      policies: [],
    });
  });

  it('that is none, or damaged, is refused with the place', async () => {
    await using folder = await TemporaryFolder.make();
    const file = folder.file('state');
    for (const [bytes, offset] of [
      [Buffer.from('root:x:0:0'), 0],
      [Buffer.alloc(0), 0],
      [encodeState({ unikernels: [], policies: [] }).subarray(0, -1), 0],
      [Buffer.from('a60630043000300000', 'hex'), 8],
    ] as const) {
      await writeFile(file, bytes);
      const details = { file, offset };
      await assert.rejects(readState(file), { code: 'STATE_INVALID', details });
    }
  });

  it('that cannot be read is refused with the reason', async () => {
    await using folder = await TemporaryFolder.make();
    for (const [file, why] of [
      [folder.file('nothing'), 'ENOENT'],
      [folder.path, 'EISDIR'],
      ['/dev/zero', 'it is no regular file'],
    ] as const) {
      const message = `${file} cannot be read: ${why}`;
      await assert.rejects(readState(file), { code: 'FILE_UNREADABLE', message });
    }
  });

  it('that is larger than any may be is not read', async () => {
    await using folder = await TemporaryFolder.make();
    const file = folder.file('state');
    await writeFile(file, '');
    await truncate(file, STATE_BYTES_MAX + 1);
    await assert.rejects(readState(file), {
      code: 'FILE_UNREADABLE',
      message: /at most 4294967295/,
    });
  });
});

import { foldersOf } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkDisk,
  FREE_BYTES_FAIL_MIN,
  FREE_BYTES_LOW_MIN,
  FREE_INODES_FAIL_MIN,
  FREE_INODES_LOW_MIN,
  judgeRoom,
} from './disk.ts';

const levels = (freeBytes: number, freeInodes: number, inodes = 1e6): readonly string[] =>
  judgeRoom('/x', { freeBytes, freeInodes, inodes }).map(({ level }) => level);

describe('the findings about the disk', () => {
  it('warn when room or inodes are low, and fail when they are gone', () => {
    assert.deepEqual(levels(FREE_BYTES_LOW_MIN, FREE_INODES_LOW_MIN), ['ok', 'ok']);
    assert.deepEqual(levels(FREE_BYTES_LOW_MIN - 1, FREE_INODES_LOW_MIN - 1), ['warn', 'warn']);
    assert.deepEqual(levels(FREE_BYTES_FAIL_MIN - 1, FREE_INODES_FAIL_MIN - 1), ['fail', 'fail']);
  });

  it('leave out inodes where the file system does not count them', () => {
    assert.deepEqual(levels(FREE_BYTES_LOW_MIN, 0, 0), ['ok']);
  });

  it('name folders so that a shell takes them', () => {
    const [finding] = judgeRoom("/it's", { freeBytes: 0, freeInodes: 0, inodes: 0 });
    assert.ok(finding?.level === 'fail');
    assert.match(finding.mend, /'\/it'\\''s' \| sort/);
  });

  it('are about where the state will be, before it is there', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.file('not/yet'));
    const place = { folders, dir: null, programFolders: [], uid: 0, now: 0 };
    const [finding] = await checkDisk(place);
    assert.match(finding?.text ?? '', new RegExp(` in ${folder.path}$`));
  });
});

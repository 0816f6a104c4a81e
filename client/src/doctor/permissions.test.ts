import { foldersOf } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { HostPlace } from './host-place.ts';
import { checkPermissions, judgeFolders, judgeKeys, type Seen } from './permissions.ts';

const PLACE: HostPlace = {
  folders: foldersOf('/x'),
  dir: '/x',
  programFolders: [],
  uid: 1000,
  now: 0,
};

function seen(type: 'file' | 'folder', mode: number, uid = 0): Seen {
  return { path: '/x/one', looked: { kind: 'there', type, mode, uid, gid: 7 } };
}

describe('the findings about permissions', () => {
  it('are well for keys of 0600 and 0640, and not for others', () => {
    const levels = [0o600, 0o640, 0o400, 0o660, 0o644, 0o606].map(
      (mode) => judgeKeys([seen('file', mode)], PLACE)[0]?.level,
    );
    assert.deepEqual(levels, ['ok', 'ok', 'ok', 'warn', 'fail', 'fail']);
  });

  it('fail for folders that everybody may change, and warn for those of a group', () => {
    const levels = [0o755, 0o700, 0o775, 0o777].map(
      (mode) => judgeFolders([seen('folder', mode)], [], PLACE)[0]?.level,
    );
    assert.deepEqual(levels, ['ok', 'ok', 'warn', 'fail']);
  });

  it('have sudo typed by whom nothing belongs to', () => {
    const mends = [0, 1000].map((uid) => {
      const [finding] = judgeKeys([seen('file', 0o644, uid)], PLACE);
      return finding?.level === 'fail' ? finding.mend : '';
    });
    assert.deepEqual(mends, ['sudo chmod 600 /x/one', 'chmod 600 /x/one']);
  });

  it('warn of what may not be looked at', () => {
    const hidden: Seen = { path: '/x/one', looked: { kind: 'hidden', code: 'EACCES' } };
    for (const [finding] of [judgeKeys([hidden], PLACE), judgeFolders([hidden], [], PLACE)]) {
      assert.ok(finding?.level === 'warn');
      assert.equal(finding.mend, 'sudo albatross --dir /x doctor');
    }
  });

  it('are of all keys and folders that there are', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    const place = { ...PLACE, folders, uid: process.getuid?.() ?? 0 };
    assert.deepEqual(
      (await checkPermissions(place)).map(({ level }) => level),
      ['warn'],
    );
    for (const one of [folders.run, folders.state, join(folders.conf, 'keys')])
      await mkdir(one, { recursive: true, mode: 0o755 });
    const key = join(folders.conf, 'keys/admin.nk');
    await writeFile(key, 'S', { mode: 0o600 });
    assert.deepEqual(
      (await checkPermissions(place)).map(({ level, text }) => `${level} ${text}`),
      ['ok folders are changed by their owners alone', 'ok 1 key is secret'],
    );
    await chmod(key, 0o644);
    await chmod(folders.run, 0o777);
    assert.deepEqual(
      (await checkPermissions(place)).map((finding) => finding.level === 'fail' && finding.mend),
      [`chmod o-w ${folders.run}`, `chmod 600 ${key}`],
    );
  });
});

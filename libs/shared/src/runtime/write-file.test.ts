import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { TemporaryFolder } from './testing/temporary-folder.ts';
import { draftOf, writeFileAtomically } from './write-file.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('writing a file atomically', () => {
  it('leaves the new content, and nothing else, in the folder', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('config');
    await writeFileAtomically(path, 'old');
    await writeFileAtomically(path, new Uint8Array([110, 101, 119]));
    assert.equal(await readFile(path, 'utf8'), 'new');
    assert.deepEqual(await readdir(folder.path), ['config']);
  });

  it('does not touch the file that was there: whoever reads it reads it to its end', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('config');
    await writeFileAtomically(path, 'old');
    const reader = await open(path, 'r');
    await writeFileAtomically(path, 'new');
    assert.equal(await reader.readFile('utf8'), 'old');
    await reader.close();
  });

  it('gives the file the mode that is asked for, whatever the umask and whatever a crash left', async () => {
    await using folder = await TemporaryFolder.make();
    const before = process.umask(0o077);
    try {
      await writeFileAtomically(folder.file('open'), '', 0o644);
    } finally {
      process.umask(before);
    }
    assert.equal(await modeOf(folder.file('open')), 0o644);
    await writeFile(draftOf(folder.file('secret')), 'left by a crash', { mode: 0o666 });
    await writeFileAtomically(folder.file('secret'), 's');
    assert.equal(await modeOf(folder.file('secret')), 0o600);
    assert.equal(await readFile(folder.file('secret'), 'utf8'), 's');
  });

  it('leaves no draft where a folder is in the way', async () => {
    await using folder = await TemporaryFolder.make();
    await mkdir(folder.file('config'));
    await assert.rejects(writeFileAtomically(folder.file('config'), 'new'), { code: 'EISDIR' });
    assert.deepEqual(await readdir(folder.path), ['config']);
  });

  it('fails where there is no folder', async () => {
    await using folder = await TemporaryFolder.make();
    await assert.rejects(writeFileAtomically(folder.file('missing/config'), 'new'), {
      code: 'ENOENT',
    });
  });

  it('keeps the old content and leaves no draft when the disk is full', async (t) => {
    await using folder = await TemporaryFolder.make();
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.path]);
    if (mount.status !== 0)
      return t.skip('not run here: a small disk needs the right to mount one');
    try {
      const path = folder.file('config');
      await writeFileAtomically(path, 'old');
      await assert.rejects(writeFileAtomically(path, 'x'.repeat(100_000)), { code: 'ENOSPC' });
      assert.equal(await readFile(path, 'utf8'), 'old');
      assert.deepEqual(await readdir(folder.path), ['config']);
      await writeFileAtomically(path, 'new');
      assert.equal(await readFile(path, 'utf8'), 'new');
    } finally {
      assert.equal(spawnSync('umount', [folder.path]).status, 0);
    }
  });
});

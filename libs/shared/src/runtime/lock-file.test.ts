import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { lockFile } from './lock-file.ts';
import { Child } from './testing/child.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

const PROGRAM = new URL('./testing/lock-program.ts', import.meta.url);
const WHAT = 'a program of this file';

describe('a lock', () => {
  it('is held by one process; a second is told which', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('lock');
    await using first = Child.start(PROGRAM, path);
    assert.equal(await first.line(), 'locked');
    assert.equal(await readFile(path, 'utf8'), `${first.pid}\n`);
    await using second = Child.start(PROGRAM, path);
    assert.deepEqual(await second.end(), {
      status: 1,
      signal: null,
      stderr: `program: ${WHAT} is already running, as process ${first.pid}\n`,
    });
    assert.equal(await readFile(path, 'utf8'), `${first.pid}\n`);
  });

  it('is free when its holder was killed, even if a child of the holder lives on', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('lock');
    await using holder = Child.start(PROGRAM, path, 'child');
    const sleeper = Number(await holder.line());
    try {
      assert.equal(await holder.line(), 'locked');
      holder.kill('SIGKILL');
      await holder.end();
      await using _ = await lockFile(path, WHAT);
      assert.equal(await readFile(path, 'utf8'), `${process.pid}\n`);
    } finally {
      process.kill(sleeper);
    }
  });

  it('is free when it was given back', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('lock');
    const lock = await lockFile(path, WHAT);
    await assert.rejects(lockFile(path, WHAT), { name: 'StartError' });
    await lock[Symbol.asyncDispose]();
    await using _ = await lockFile(path, WHAT);
  });

  it('is not taken where there is no folder for it', async () => {
    await using folder = await TemporaryFolder.make();
    await assert.rejects(lockFile(folder.file('missing/lock'), WHAT), { code: 'ENOENT' });
  });
});

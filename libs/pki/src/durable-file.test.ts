import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { appendLines, makeFile, readIfPresent, readWhole, replaceFile } from './durable-file.ts';
import { assertRefused } from './testing/asserts.ts';

describe('a file', () => {
  it('is made with its content and mode, or left as it is', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    assert.equal(await makeFile(path, 'first', 0o400), true);
    assert.equal(await makeFile(path, 'second', 0o644), false);
    assert.equal(await readFile(path, 'utf8'), 'first');
    assert.equal((await stat(path)).mode & 0o7777, 0o400);
    assert.deepEqual(await readdir(folder.path), ['a']);
  });

  it('is replaced as a whole, also one that nobody may write', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    await makeFile(path, 'first', 0o400);
    await replaceFile(path, 'second', 0o644);
    assert.equal(await readFile(path, 'utf8'), 'second');
    assert.equal((await stat(path)).mode & 0o7777, 0o644);
    assert.deepEqual(await readdir(folder.path), ['a']);
  });

  it('of many writers at once is that of one of them', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    const contents = Array.from({ length: 16 }, (_, index) => `${index}`.repeat(10_000));
    await Promise.all(contents.map((content) => replaceFile(path, content, 0o644)));
    assert.ok(contents.includes(await readFile(path, 'utf8')));
    assert.deepEqual(await readdir(folder.path), ['a']);
  });

  it('is read up to a size', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    assert.equal(await readIfPresent(path), null);
    await assertRefused(readWhole(path), 'FILE_UNREADABLE', /cannot be read: ENOENT/);
    await writeFile(path, 'x'.repeat(100));
    assert.equal((await readWhole(path, 100)).toString(), 'x'.repeat(100));
    await assertRefused(readWhole(path, 99), 'FILE_UNREADABLE', /has over 99 bytes/);
    await assertRefused(readWhole('/dev/zero', 9999), 'FILE_UNREADABLE', /has over 9999 bytes/);
    assert.equal((await readWhole('/dev/null')).length, 0);
  });
});

describe('lines', () => {
  it('are added, also behind half a line', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    await appendLines(path, ['one']);
    await appendLines(path, ['two', 'three']);
    assert.equal(await readFile(path, 'utf8'), 'one\ntwo\nthree\n');
    await writeFile(path, 'one\ntw');
    await appendLines(path, ['three']);
    assert.equal(await readFile(path, 'utf8'), 'one\ntw\nthree\n');
  });

  it('of many writers at once are all there', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('a');
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    await Promise.all(lines.map((line) => appendLines(path, [line])));
    const found = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    assert.deepEqual(found.toSorted(), lines.toSorted());
  });
});

it('a disk that takes no more leaves nothing of a new file, and all of an old one', async () => {
  await using folder = await TemporaryFolder.make();
  await writeFile(folder.file('old'), 'as it was');
  const program = fileURLToPath(new URL('testing/write-program.ts', import.meta.url));
  const node = [process.execPath, ...process.execArgv.filter((one) => !one.startsWith('--test'))];
  // Files of this process end at 4 KiB; what it writes has 64.
  const child = spawn('prlimit', ['--fsize=4096', ...node, program, folder.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  assert.equal(output, 'FILE_UNWRITABLE EFBIG\nFILE_UNWRITABLE EFBIG\n');
  assert.deepEqual(await readdir(folder.path), ['old']);
  assert.equal(await readFile(folder.file('old'), 'utf8'), 'as it was');
});

import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Sleeper } from '../testing/processes.ts';
import { KEPT_FILES_MAX, KeptFiles, KeptText } from './kept-text.ts';

const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('a text that is kept open', () => {
  it('is told as it is now, through one descriptor', async () => {
    await using folder = await TemporaryFolder.make();
    const room = new KeptFiles({ openFilesMax: 10 });
    const text = new KeptText(folder.path, 'text', room);
    assert.throws(() => text.read(), { code: 'ENOENT' });
    const before = openFiles();
    writeFileSync(folder.file('text'), 'one');
    assert.equal(text.read(), 'one');
    writeFileSync(folder.file('text'), 'the second');
    assert.equal(text.read(), 'the second');
    assert.deepEqual([room.left, openFiles()], [4, before + 1]);
    text[Symbol.dispose]();
    text[Symbol.dispose]();
    assert.deepEqual([room.left, openFiles()], [5, before]);
  });

  it('is that of its path when the file that was kept says nothing any more', async () => {
    await using folder = await TemporaryFolder.make();
    using text = new KeptText(folder.path, 'text', new KeptFiles({ openFilesMax: 10 }));
    writeFileSync(folder.file('text'), 'one');
    assert.equal(text.read(), 'one');
    writeFileSync(folder.file('text'), '');
    rmSync(folder.file('text'));
    writeFileSync(folder.file('text'), 'another');
    assert.equal(text.read(), 'another');
  });

  it('is not kept where there is no room, and read nevertheless', async () => {
    await using folder = await TemporaryFolder.make();
    writeFileSync(folder.file('text'), 'one');
    const room = new KeptFiles({ openFilesMax: 2 });
    const [first, second] = [1, 2].map(() => new KeptText(folder.path, 'text', room));
    const before = openFiles();
    assert.deepEqual([first?.read(), second?.read(), second?.read()], ['one', 'one', 'one']);
    assert.deepEqual([room.left, openFiles()], [0, before + 1]);
    first?.[Symbol.dispose]();
    assert.equal(second?.read(), 'one');
    assert.deepEqual([room.left, openFiles()], [0, before + 1]);
    second?.[Symbol.dispose]();
  });

  it('leaves half of what may be open to others, and is one of so many', () => {
    assert.equal(new KeptFiles({ openFilesMax: 1024 }).left, 512);
    assert.equal(new KeptFiles({ openFilesMax: Number.POSITIVE_INFINITY }).left, KEPT_FILES_MAX);
  });

  it('throws, and keeps nothing, once the process has ended that it is about', async (t) => {
    const sleeper = await Sleeper.start(t);
    const room = new KeptFiles({ openFilesMax: 10 });
    const text = new KeptText(`/proc/${sleeper.pid}`, 'status', room);
    assert.match(text.read(), /^Name:/);
    await sleeper.end();
    assert.throws(() => text.read(), { code: 'ENOENT' });
    assert.equal(room.left, 5);
  });
});

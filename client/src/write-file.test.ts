import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkWritable, MODE_OF_OWNER, saveFile, type Write } from './write-file.ts';

let folder: TemporaryFolder;
let path: string;
beforeEach(async () => {
  folder = await TemporaryFolder.make();
  path = folder.file('data.img');
});
afterEach(async () => await folder[Symbol.asyncDispose]());

const text = Buffer.from('what was downloaded');
const files = async (): Promise<readonly string[]> => await readdir(folder.path);

async function produceText(write: Write): Promise<void> {
  await write(text.subarray(0, 4));
  await write(text.subarray(4));
}

async function fail(write: Write): Promise<void> {
  await write(text);
  throw new Error('the download failed');
}

describe('a file that is saved', () => {
  it('is there when it is complete', async () => {
    const seen: string[][] = [];
    const size = await saveFile(path, false, async (write) => {
      await produceText(write);
      seen.push(await readdir(folder.path));
    });
    assert.equal(size, text.length);
    assert.deepEqual(await readFile(path), text);
    assert.ok(!seen.flat().includes('data.img'));
    assert.deepEqual(await files(), ['data.img']);
  });

  it('is sparse, and as long as what was written', async () => {
    const zeros = Buffer.alloc(1 << 20);
    assert.equal(await saveFile(path, false, async (write) => await write(zeros)), zeros.length);
    const { size, blocks } = await stat(path);
    assert.deepEqual([size, blocks * 512 < 65_536], [zeros.length, true]);
  });

  it('leaves nothing behind when what makes it fails', async () => {
    await assert.rejects(saveFile(path, false, fail), { message: 'the download failed' });
    assert.deepEqual(await files(), []);
  });

  it('never overwrites one that is there, also when it appears meanwhile', async () => {
    const appearing = saveFile(path, false, async (write) => {
      await produceText(write);
      await writeFile(path, 'somebody else');
    });
    assert.equal(await failureCode(appearing), 'FILE_UNWRITABLE');
    assert.equal(await failureCode(saveFile(path, false, produceText)), 'FILE_UNWRITABLE');
    assert.equal(await readFile(path, 'utf8'), 'somebody else');
    assert.deepEqual(await files(), ['data.img']);
  });

  it('may be for its owner alone', async () => {
    await saveFile(path, false, produceText, MODE_OF_OWNER);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  it('is not written after Ctrl-C, which many files may hear of', async () => {
    const warnings: string[] = [];
    const warned = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', warned);
    for (let n = 0; n < 12; n += 1) await saveFile(folder.file(`image-${n}`), false, produceText);
    const before = await files();
    const stopped = saveFile(path, false, async (write) => {
      await produceText(write);
      process.emit('SIGINT');
    });
    await assert.rejects(stopped, { message: `interrupted; ${path} was not written` });
    assert.deepEqual(await files(), before);
    // Warnings are told later than they are made.
    await new Promise(setImmediate);
    process.off('warning', warned);
    assert.deepEqual([warnings, process.listenerCount('SIGINT')], [[], 0]);
  });

  it('replaces one when it is forced to, and only when it is complete', async () => {
    await writeFile(path, 'the old one');
    await assert.rejects(saveFile(path, true, fail));
    assert.equal(await readFile(path, 'utf8'), 'the old one');
    await saveFile(path, true, produceText);
    assert.deepEqual(await readFile(path), text);
    assert.deepEqual(await files(), ['data.img']);
  });

  it('is no folder and no device, forced or not', async () => {
    await mkdir(folder.file('folder'));
    await symlink('/dev/null', folder.file('link'));
    for (const other of [folder.file('folder'), folder.file('link'), '/dev/null'])
      assert.equal(await failureCode(checkWritable(other, true)), 'FILE_UNWRITABLE');
  });

  it('needs a folder to be in', async () => {
    const nowhere = saveFile(folder.file('no/such'), false, produceText);
    assert.equal(await failureCode(nowhere), 'FILE_UNWRITABLE');
  });
});

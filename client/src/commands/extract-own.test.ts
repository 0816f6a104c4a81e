import { imagesFolder } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { clientProgram } from '@albatross/test/harness/client-program';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StoredState } from '../testing/stored-state.ts';

const CLIENT = await clientProgram();
/** What the original's daemon wrote. */
const ORIGINAL = fileURLToPath(new URL('../../../libs/wire/vectors/state', import.meta.url));
const IMAGE = Buffer.from('an image of ours');

describe('a state folder of ours', () => {
  let folder: TemporaryFolder;
  let stored: StoredState;
  let digest: string;

  before(async () => {
    folder = await TemporaryFolder.make();
    stored = new StoredState(folder.file('ours/lib'));
    digest = await stored.image(IMAGE);
    await stored.unikernel('foo:hello', {
      digest,
      target: 'hvt',
      memoryMib: 64,
      nets: [
        { name: 'service', bridge: 'service', mac: null },
        { name: 'other', bridge: 'br0', mac: '02:00:00:00:00:2a' },
      ],
      blocks: [{ name: 'storage', device: 'data', sectorBytes: 512 }],
      restart: { kind: 'on-exit', statuses: [2] },
      arguments: ["it's secret"],
      addName: false,
    });
    await stored.unikernel('lost');
    await stored.unikernel('gone', {}, () => ({ kind: 'gone' }));
    await stored.write(stored.recordFile('damaged'), '{');
  });
  after(async () => await folder[Symbol.asyncDispose]());

  async function run(line: string) {
    return await new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      const where = { cwd: folder.path };
      execFile(process.execPath, [CLIENT, ...line.split(' ')], where, (error, stdout, stderr) => {
        const status = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
        resolve({ status, stdout, stderr });
      });
    });
  }

  it('is found by the folder itself, by that of the whole system, and by --dir', async () => {
    const shown = await run('inspect-dump --dbdir ours/lib');
    assert.deepEqual([shown.status, shown.stderr], [0, '']);
    assert.match(shown.stdout, /^unikernel damaged: it is cut off[^\n]*\nunikernel foo:hello:\n/);
    assert.doesNotMatch(shown.stdout, /secret|gone/);
    for (const line of ['inspect-dump --dbdir ours', 'inspect-dump --dir ours'])
      assert.deepEqual(await run(line), shown, line);
    const json = JSON.parse((await run('inspect-dump --dbdir ours --json')).stdout);
    assert.equal(json.unikernels.length, 3);
  });

  it('extract-dump saves the image, and says how to create it', async () => {
    const { status, stdout, stderr } = await run('extract-dump foo:hello --dbdir ours');
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(
      stdout,
      `saved the image of foo:hello to ./hello.image: ${IMAGE.length} bytes\n` +
        'albatross create foo:hello ./hello.image --mem=64 --net=service --net=other:br0@02:00:00:00:00:2a ' +
        "--block=storage:data@512 --restart-on-fail --exit-code=2 --no-add-name '--arg=it'\\''s secret'\n",
    );
    assert.deepEqual(await readFile(folder.file('hello.image')), IMAGE);
    const json = await run('extract-dump foo:hello other.image --dbdir ours --json');
    assert.equal(JSON.parse(json.stdout).create[0], 'create');
  });

  it('extract-dump saves nothing of an image that is not what it was', async () => {
    await stored.unikernel('bad', { digest: 'e'.repeat(64) });
    await stored.write(join(imagesFolder(stored.folder), 'e'.repeat(64)), IMAGE);
    const before = await readdir(folder.path);
    for (const [name, status, says] of [
      ['bad', 124, /e{64} is damaged: its bytes are not those of its name \[STATE_INVALID\]/],
      ['lost', 124, /d{64} cannot be read: ENOENT \[FILE_UNREADABLE\]/],
      ['damaged', 124, /^damaged: it is cut off, or something else .* \[STATE_INVALID\]/],
      [
        'gone',
        117,
        /^the folder has no unikernel gone; it has bad, damaged, foo:hello, lost \[UNI/,
      ],
    ] as const) {
      const ended = await run(`extract-dump ${name} --dbdir ours`);
      assert.deepEqual([ended.status, ended.stdout], [status, ''], name);
      assert.match(ended.stderr, says);
      assert.match(ended.stderr, /^[^\n]+\n$/);
    }
    assert.deepEqual(await readdir(folder.path), before);
    await rm(join(stored.folder, 'unikernels', ':bad'), { recursive: true });
  });

  it("is shown where the original's file is as well, which is shown when it is asked for", async () => {
    await copyFile(ORIGINAL, join(stored.folder, 'state'));
    const own = await run('inspect-dump --dbdir ours/lib');
    assert.match(own.stdout, /^unikernel foo:hello:$/m);
    assert.equal(own.stderr, 'ours/lib/state is there too; "--file state" shows it\n');
    const original = await run('inspect-dump --dbdir ours/lib --file state');
    assert.match(original.stdout, /^unikernel tenant:packed:$/m);
    assert.equal(original.stderr, '');
  });

  it('is one line when it may not be read', async (t) => {
    if (process.getuid?.() === 0) return t.skip('root may read everything');
    await chmod(stored.folder, 0);
    const ended = await run('inspect-dump --dbdir ours/lib');
    await chmod(stored.folder, 0o755);
    assert.deepEqual(
      [ended.status, ended.stderr],
      [124, 'ours/lib cannot be read: EACCES [FILE_UNREADABLE]\n'],
    );
  });
});

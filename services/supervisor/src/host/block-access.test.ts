import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { giveBlocks, takeBlocks } from './block-access.ts';

const notRoot = process.getuid?.() === 0 ? false : 'only root can give files away';

let outside: string;
let folder: string;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'albatross-blocks-'));
  folder = join(outside, 'block');
  await mkdir(folder, { mode: 0o700 });
});
afterEach(async () => await rm(outside, { recursive: true }));

const file = (name: string) => ({ name, path: join(folder, `:${name}`), sectorBytes: null });
const node = (name: string) => ({ name, path: join(outside, name), sectorBytes: null });

async function shown(path: string): Promise<string> {
  const { uid, gid, mode } = await stat(path);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
}

describe('a block device that is a file', { skip: notRoot }, () => {
  it("is its tender's alone, in a folder that nobody can look into", async () => {
    await writeFile(file('data').path, 'content', { mode: 0o644 });
    await giveBlocks([file('data')], { folder, uid: 700_001 });
    assert.equal(await shown(file('data').path), '700001:0 600');
    assert.equal(await shown(folder), '0:0 711');
  });

  it('goes from one user to the next', async () => {
    await writeFile(file('data').path, '');
    for (const uid of [700_001, 700_002]) await giveBlocks([file('data')], { folder, uid });
    assert.equal(await shown(file('data').path), '700002:0 600');
  });

  it('is taken back from its user, but not from the next', async () => {
    const { path } = file('data');
    await writeFile(path, '');
    await giveBlocks([file('data')], { folder, uid: 700_001 });
    await takeBlocks([path, file('gone').path], 700_002);
    assert.equal(await shown(path), '700001:0 600');
    await takeBlocks([path, file('gone').path], 700_001);
    assert.equal(await shown(path), '0:0 600');
  });

  it('is not whatever a link leads to', async () => {
    await writeFile(join(outside, 'secret'), '', { mode: 0o600 });
    await symlink(join(outside, 'secret'), file('data').path);
    const giving = giveBlocks([file('data')], { folder, uid: 700_001 });
    await assert.rejects(giving, { code: 'DEVICE_INVALID', message: /is no file/ });
    assert.equal(await shown(join(outside, 'secret')), '0:0 600');
  });
});

describe('a block device that is a node', { skip: notRoot }, () => {
  it("is its tender's alone, by whatever link it is named", async (t) => {
    const device = join(outside, 'zd0');
    try {
      execFileSync('mknod', [device, 'b', '7', '200'], { stdio: 'ignore' });
    } catch {
      return t.skip('device nodes cannot be made here');
    }
    await symlink(device, node('volume').path);
    await giveBlocks([node('volume')], { folder, uid: 700_001 });
    assert.equal(await shown(device), '700001:0 600');
    assert.equal(await shown(folder), '0:0 700');
  });

  it('is no other file', async () => {
    await writeFile(node('passwd').path, '', { mode: 0o644 });
    const giving = giveBlocks([node('passwd')], { folder, uid: 700_001 });
    await assert.rejects(giving, { code: 'DEVICE_INVALID', message: /is no block device node/ });
    assert.equal(await shown(node('passwd').path), '0:0 644');
  });
});

describe('a block device', () => {
  it('that is not there is said to be missing', async () => {
    for (const block of [file('none'), node('none')]) {
      const giving = giveBlocks([block], { folder, uid: null });
      await assert.rejects(giving, { code: 'BLOCK_NOT_FOUND', message: /none has no/ });
    }
  });

  it('with a space in its name is refused, for a tender would take half of it', async () => {
    const giving = giveBlocks([node('my volume')], { folder, uid: null });
    await assert.rejects(giving, { code: 'DEVICE_INVALID', message: /space/ });
  });

  it('stays as it is under an ordinary user', async () => {
    await writeFile(file('data').path, '', { mode: 0o640 });
    const before = await shown(file('data').path);
    await giveBlocks([file('data')], { folder, uid: null });
    assert.equal(await shown(file('data').path), before);
    assert.match(await shown(folder), / 700$/);
  });
});

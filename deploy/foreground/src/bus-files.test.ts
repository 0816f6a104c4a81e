import { generateKey, readKey } from '@albatross/shared/bus/keys';
import { IDENTITIES } from '@albatross/shared/contracts/identities';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import { busUrlFile, foldersOf, keyFile, type Folders } from '@albatross/shared/runtime/folders';
import { StartError } from '@albatross/shared/runtime/run';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { prepareBusFiles } from './bus-files.ts';

function seeds(folders: Folders): readonly string[] {
  return IDENTITIES.map((identity) => readFileSync(keyFile(folders, identity), 'utf8'));
}

/** Permissions of everything below a folder that others have. */
function openToOthers(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => (statSync(join(folder, path)).mode & 0o077) !== 0,
  );
}

async function prepared(folder: TemporaryFolder): Promise<Folders> {
  const folders = foldersOf(folder.path);
  mkdirSync(folders.conf);
  await prepareBusFiles(folders);
  return folders;
}

describe('the files of the bus', () => {
  it('are for their owner only, and a configuration that nats-server accepts', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = await prepared(folder);
    assert.deepEqual(openToOthers(folders.conf), []);
    const { port, configFile } = await prepareBusFiles(folders);
    assert.equal(configFile, join(folders.conf, 'nats.conf'));
    execFileSync('nats-server', ['-t', '-c', configFile], { stdio: 'pipe' });
    const config = readFileSync(configFile, 'utf8');
    const store = join(folders.state, 'jetstream');
    assert.ok(config.includes(`store_dir: ${JSON.stringify(store)}`));
    assert.equal(statSync(store).mode & 0o077, 0);
    for (const identity of IDENTITIES) {
      const { url, seed } = await readBusAccess(folders, identity);
      assert.equal(url, `nats://127.0.0.1:${port}`);
      assert.ok(config.includes(readKey(seed).publicKey), identity);
      assert.ok(!config.includes(seed));
    }
    assert.equal(new Set(seeds(folders)).size, IDENTITIES.length);
  });

  it('keep keys and port when they are made again, and their modes', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = await prepared(folder);
    const [before, url] = [seeds(folders), readFileSync(busUrlFile(folders), 'utf8')];
    for (const file of [busUrlFile(folders), join(folders.conf, 'nats.conf')])
      chmodSync(file, 0o644);
    await prepareBusFiles(folders);
    assert.deepEqual(seeds(folders), before);
    assert.equal(readFileSync(busUrlFile(folders), 'utf8'), url);
    assert.deepEqual(openToOthers(folders.conf), []);
  });

  it('make a key that is missing, and keep the others', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = await prepared(folder);
    const [first, ...others] = seeds(folders);
    const { seed } = generateKey();
    writeFileSync(keyFile(folders, IDENTITIES[0]), `${seed}\n`);
    await prepareBusFiles(folders);
    assert.deepEqual(seeds(folders), [`${seed}\n`, ...others]);
    assert.notEqual(first, `${seed}\n`);
  });

  it('have another port when the former one is taken, or none can be read', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = await prepared(folder);
    const { port } = await prepareBusFiles(folders);
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const second = await prepareBusFiles(folders);
    assert.notEqual(second.port, port);
    other.close();
    for (const text of ['', 'nonsense', 'nats://127.0.0.1:99999\n', 'nats://127.0.0.1:0\n']) {
      writeFileSync(busUrlFile(folders), text);
      const { port } = await prepareBusFiles(folders);
      assert.ok(port > 0 && port < 65_536);
    }
  });

  it('are not made of what is no key, and no key is replaced that cannot be read', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = await prepared(folder);
    const file = keyFile(folders, 'console');
    for (const text of ['', 'SUNONSENSE\n']) {
      writeFileSync(file, text);
      await assert.rejects(prepareBusFiles(folders), (error) => {
        return error instanceof StartError && error.message.startsWith(`${file} holds no key`);
      });
      assert.equal(readFileSync(file, 'utf8'), text);
    }
    await using another = await TemporaryFolder.make();
    const folder2 = foldersOf(another.path);
    mkdirSync(keyFile(folder2, 'supervisor'), { recursive: true });
    await assert.rejects(prepareBusFiles(folder2), (error) => {
      return error instanceof StartError && error.message.includes('cannot be read (EISDIR)');
    });
  });
});

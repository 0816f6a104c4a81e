import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { readBusAccess } from './bus-access.ts';
import { busUrlFile, foldersOf, keyFile } from './folders.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

describe('the access to the bus', () => {
  it('is what stands in the two files, without the end of the line', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    await mkdir(dirname(keyFile(folders, 'admin')), { recursive: true });
    await writeFile(busUrlFile(folders), 'nats://127.0.0.1:4222\n');
    await writeFile(keyFile(folders, 'admin'), 'SUSEED\n');
    assert.deepEqual(await readBusAccess(folders, 'admin'), {
      url: 'nats://127.0.0.1:4222',
      seed: 'SUSEED',
    });
  });

  it('that is not there is told with the file and what may be the matter', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    const url = busUrlFile(folders);
    await assert.rejects(readBusAccess(folders, 'admin'), {
      name: 'StartError',
      message: `${url} cannot be read (ENOENT); is albatross set up, and is this its folder?`,
    });
    await mkdir(keyFile(folders, 'admin'), { recursive: true });
    await writeFile(url, 'nats://127.0.0.1:4222\n');
    await assert.rejects(readBusAccess(folders, 'admin'), {
      name: 'StartError',
      message: `${keyFile(folders, 'admin')} cannot be read (EISDIR); this is the key of admin`,
    });
  });

  it('is not to be had from an empty file: the package would try a server of somebody else', async () => {
    await using folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    await mkdir(folders.conf);
    await writeFile(busUrlFile(folders), '\n');
    await assert.rejects(readBusAccess(folders, 'admin'), {
      name: 'StartError',
      message: /is empty/,
    });
  });
});

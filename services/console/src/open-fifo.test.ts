import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { openFifo } from './open-fifo.ts';

/** What this process has open there, removed or not. */
function openBelow(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map(targetOf)
    .filter((target) => target.startsWith(`${resolve(folder)}/`));
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

describe('opening a fifo', () => {
  it('does not wait for whoever writes, and fails for writing where nobody reads', async () => {
    await using folder = await TemporaryFolder.make();
    execFileSync('mkfifo', [folder.file('fifo')]);
    assert.throws(() => openFifo(folder.file('fifo'), 'write'), { code: 'ENXIO' });
    const reader = openFifo(folder.file('fifo'), 'read');
    closeSync(openFifo(folder.file('fifo'), 'write'));
    closeSync(reader);
  });

  it('opens nothing else, and says what it found', async () => {
    await using folder = await TemporaryFolder.make();
    const made = {
      'a regular file': () => writeFileSync(folder.file('file'), ''),
      'a folder': () => mkdirSync(folder.file('file')),
      'a symbolic link': () => {
        execFileSync('mkfifo', [folder.file('fifo')]);
        symlinkSync('fifo', folder.file('file'));
      },
    };
    for (const [what, make] of Object.entries(made)) {
      make();
      for (const mode of ['read', 'write'] as const)
        assert.throws(() => openFifo(folder.file('file'), mode), { name: 'NotAFifo', what });
      execFileSync('rm', ['-r', folder.file('file')]);
    }
    assert.throws(() => openFifo('/dev/null', 'read'), { what: 'a device' });
    assert.throws(() => openFifo(folder.file('file'), 'read'), { code: 'ENOENT' });
    assert.deepEqual(openBelow(folder.file('.')), []);
  });

  it('opens no socket', async () => {
    await using folder = await TemporaryFolder.make();
    const server = createServer().listen(folder.file('socket'));
    await once(server, 'listening');
    assert.throws(() => openFifo(folder.file('socket'), 'read'), { what: 'a socket' });
    server.close();
    await once(server, 'close');
  });
});

import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { KeptFile, openToRead, readNow, readText } from './kernel-file.ts';

const textOf = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.subarray(0, length)).toString('latin1');
const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('a file of the kernel', () => {
  it('is read whole, however many pieces it comes in', async () => {
    await using folder = await TemporaryFolder.make();
    const text = 'é0123456789'.repeat(5_000);
    writeFileSync(folder.file('table'), text, 'latin1');
    assert.equal(readText(folder.file('table')), text);
  });

  it('is closed after it was read, and when it cannot be', async () => {
    await using folder = await TemporaryFolder.make();
    const before = openFiles();
    assert.match(readText('/proc/self/status'), /^Name:/);
    assert.throws(() => readText(folder.path), { code: 'EISDIR' });
    assert.throws(() => readText(folder.file('none')), { code: 'ENOENT' });
    assert.equal(openFiles(), before);
  });

  it('is not waited for when a fifo is in its place', async () => {
    await using folder = await TemporaryFolder.make();
    execFileSync('mkfifo', [folder.file('fifo')]);
    assert.throws(() => readText(folder.file('fifo')), { code: 'ESPIPE' });
  });

  it('has a line that is new whenever it is read', () => {
    const fd = openToRead('/proc/uptime');
    try {
      assert.match(readNow(fd, textOf), /^\d+\.\d\d /);
      assert.match(readNow(fd, textOf), /^\d+\.\d\d /);
    } finally {
      closeSync(fd);
    }
  });
});

describe('a kept file', () => {
  it('tells what is in it now, through one descriptor', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('table');
    writeFileSync(path, 'one');
    using file = new KeptFile(path);
    assert.equal(file.read().toString(), 'one');
    const before = openFiles();
    writeFileSync(path, 'the second');
    assert.equal(file.read().toString(), 'the second');
    assert.equal(openFiles(), before);
  });

  it('is opened anew after it could not be read', async () => {
    await using folder = await TemporaryFolder.make();
    const path = folder.file('table');
    using file = new KeptFile(path);
    assert.throws(() => file.read(), { code: 'ENOENT' });
    writeFileSync(path, 'one');
    assert.equal(file.read().toString(), 'one');
    rmSync(path);
    assert.equal(file.read().toString(), 'one');
  });
});

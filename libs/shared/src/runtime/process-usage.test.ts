import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parseStatus, readProcessUsage } from './process-usage.ts';
import { TemporaryFolder } from './testing/temporary-folder.ts';

const STATUS = `Name:\tnode
Umask:\t0022
State:\tS (sleeping)
VmPeak:\t 1040000 kB
VmSize:\t 1039876 kB
VmHWM:\t   61000 kB
VmRSS:\t   60904 kB
Threads:\t11
voluntary_ctxt_switches:\t12
`;

describe('the usage of a process', () => {
  it('is read from its status, in bytes', () => {
    assert.deepEqual(parseStatus(STATUS), {
      rssBytes: 60904 * 1024,
      vsizeBytes: 1039876 * 1024,
      threads: 11,
    });
  });

  it('is unknown where the status does not say it, or in another way', () => {
    const nothing = { rssBytes: null, vsizeBytes: null, threads: null };
    for (const text of ['', 'VmRSS:\t12 MB\nThreads:\t-1\nVmSize:\t kB\n', 'xVmRSS:\t1 kB\n'])
      assert.deepEqual(parseStatus(text), nothing, text);
  });

  it('of this process is what the machine counts', () => {
    const before = readProcessUsage();
    assert.ok(before.utimeUs > 0);
    assert.ok(before.maxRssBytes > 10 * 1024 * 1024);
    for (const value of [before.rssBytes, before.vsizeBytes, before.threads, before.openFiles])
      assert.ok(Number(value) > 0);
    assert.ok(Number(before.vsizeBytes) > Number(before.rssBytes));
    const files = [1, 2, 3].map(() => openSync('/dev/null', 'r'));
    assert.equal(readProcessUsage().openFiles, Number(before.openFiles) + 3);
    for (const file of files) closeSync(file);
  });

  it('is as much of it as can be read', async () => {
    await using folder = await TemporaryFolder.make();
    const nothing = readProcessUsage(folder.path);
    assert.ok(nothing.utimeUs > 0);
    assert.deepEqual([nothing.rssBytes, nothing.threads, nothing.openFiles], [null, null, null]);
    await writeFile(folder.file('status'), STATUS);
    await mkdir(folder.file('fd'));
    for (const fd of ['0', '1', '2', '17']) await writeFile(folder.file(`fd/${fd}`), '');
    const some = readProcessUsage(folder.path);
    assert.deepEqual([some.threads, some.openFiles], [11, 3]);
  });
});

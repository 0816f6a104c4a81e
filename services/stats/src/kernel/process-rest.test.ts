import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseIo, parseStatm, parseStatus } from './process-rest.ts';

const own = (file: string): string => readFileSync(`/proc/self/${file}`, 'latin1');

describe('what is dearer to find out of a process', () => {
  it('is read as the kernel writes it', () => {
    const status = parseStatus(own('status'));
    assert.ok((status.maxRssBytes ?? 0) > 1_000_000);
    assert.ok((status.voluntarySwitches ?? -1) >= 0 && (status.involuntarySwitches ?? -1) >= 0);
    const { textBytes, dataBytes } = parseStatm(own('statm'), 4096);
    assert.ok((textBytes ?? 0) > 4096 && (dataBytes ?? 0) > 4096);
    const io = parseIo(own('io'));
    assert.ok((io.readBytes ?? -1) >= 0 && (io.writtenBytes ?? -1) >= 0);
  });

  it('is in bytes', () => {
    assert.equal(parseStatus('VmHWM:\t      80 kB\n').maxRssBytes, 81_920);
    assert.deepEqual(parseStatm('256 10 8 3 0 20 0\n', 4096), {
      textBytes: 12_288,
      dataBytes: 81_920,
    });
  });

  it('is null where the kernel does not tell it', () => {
    const nothing = {
      maxRssBytes: null,
      voluntarySwitches: null,
      involuntarySwitches: null,
    };
    assert.deepEqual(parseStatus('Name:\tkthreadd\nThreads:\t1\n'), nothing);
    assert.deepEqual(parseStatm('', 4096), { textBytes: null, dataBytes: null });
    assert.deepEqual(parseIo('read_bytes: many\n'), { readBytes: null, writtenBytes: null });
  });

  it('is not what a name of a process says', () => {
    const text = 'Name:\tx\\nVmHWM:\t1 kB\nVmHWM:\t2 kB\n';
    assert.equal(parseStatus(text).maxRssBytes, 2048);
    assert.equal(parseIo('cancelled_write_bytes: 9\nwrite_bytes: 7\n').writtenBytes, 7);
  });
});

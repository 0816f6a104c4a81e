import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Sleeper } from '../testing/processes.ts';
import { readKernel } from './kernel.ts';
import { parseIo, parseStatus } from './process-rest.ts';

const own = (file: string): string => readFileSync(`/proc/self/${file}`, 'latin1');

describe('what is dearer to find out of a process', () => {
  it('is read as the kernel writes it', () => {
    const status = parseStatus(own('status'));
    assert.ok((status.maxRssBytes ?? 0) > 1_000_000);
    assert.ok((status.voluntarySwitches ?? -1) >= 0 && (status.involuntarySwitches ?? -1) >= 0);
    const { textBytes, dataBytes } = status;
    assert.ok((textBytes ?? 0) > 4096 && (dataBytes ?? 0) > 4096);
    const io = parseIo(own('io'));
    assert.ok((io.readBytes ?? -1) >= 0 && (io.writtenBytes ?? -1) >= 0);
  });

  it('has as much text and data as statm tells in pages', async (t) => {
    const { pid } = await Sleeper.start(t);
    const { pageBytes } = readKernel();
    // It may only just be getting its memory.
    await eventually('they tell the same', () => {
      const [, , , text = 0, , data = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1')
        .split(' ')
        .map((pages) => Number(pages) * pageBytes);
      const status = parseStatus(readFileSync(`/proc/${pid}/status`, 'latin1'));
      return text > 0 && status.textBytes === text && status.dataBytes === data;
    });
  });

  it('is in bytes', () => {
    const text = 'VmHWM:\t  80 kB\nVmData:\t  60 kB\nVmStk:\t  20 kB\nVmExe:\t  12 kB\n';
    assert.deepEqual(parseStatus(text), {
      maxRssBytes: 81_920,
      textBytes: 12_288,
      dataBytes: 81_920,
      voluntarySwitches: null,
      involuntarySwitches: null,
    });
  });

  it('is null where the kernel does not tell it', () => {
    const nothing = {
      maxRssBytes: null,
      textBytes: null,
      dataBytes: null,
      voluntarySwitches: null,
      involuntarySwitches: null,
    };
    assert.deepEqual(parseStatus(''), nothing);
    assert.deepEqual(parseStatus('Name:\tkthreadd\nThreads:\t1\n'), {
      ...nothing,
      textBytes: 0,
      dataBytes: 0,
    });
    assert.deepEqual(parseIo('read_bytes: many\n'), { readBytes: null, writtenBytes: null });
  });

  it('is not what a name of a process says', () => {
    const text = 'Name:\tx\\nVmHWM:\t1 kB\nVmHWM:\t2 kB\n';
    assert.equal(parseStatus(text).maxRssBytes, 2048);
    assert.equal(parseIo('cancelled_write_bytes: 9\nwrite_bytes: 7\n').writtenBytes, 7);
  });
});

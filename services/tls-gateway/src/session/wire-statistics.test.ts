import { sampleOf } from '@albatross/shared/bus/testing/samples';
import { decodeMessage, encodeMessage, concatenate } from '@albatross/wire';
import { ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wireStatistics } from './wire-statistics.ts';

const AT = 1_795_308_951_500;

describe('a sample on the wire', () => {
  it('has pages, bytes and microseconds where the original has them on Linux', () => {
    const { rusage, mem, vmm } = wireStatistics(sampleOf('hello', AT));
    assert.deepEqual(rusage, {
      utime: { seconds: 1n, microseconds: 500_000 },
      stime: { seconds: 0n, microseconds: 20 },
      maxrss: 100n,
      ixrss: 0n,
      idrss: 0n,
      isrss: 0n,
      minflt: 101n,
      majflt: 2n,
      nswap: 4n,
      inblock: 0n,
      outblock: 0n,
      msgsnd: 0n,
      msgrcv: 0n,
      nsignals: 0n,
      nvcsw: 5n,
      nivcsw: 6n,
    });
    assert.deepEqual(mem, {
      vsize: 67_108_864n,
      rss: 10n,
      tsize: 2n,
      dsize: 3n,
      ssize: 3n,
      runtime: 1_500_020n,
      cow: 0,
      start: { seconds: 1_795_308_890n, microseconds: 250_000 },
    });
    assert.equal(vmm, null);
  });

  it('has as the input of a tap what the guest sent', () => {
    const { interfaces } = wireStatistics(sampleOf('hello', AT));
    assert.deepEqual(interfaces, [
      {
        bridge: 'service',
        flags: 0x1043,
        sendLength: 0,
        maxSendLength: 0,
        sendDrops: 0,
        mtu: 1500,
        baudrate: 0n,
        inputPackets: 1n,
        inputErrors: 11n,
        outputPackets: 2n,
        outputErrors: 13n,
        collisions: 16n,
        inputBytes: 60n,
        outputBytes: 120n,
        inputMcast: 15n,
        outputMcast: 0n,
        inputDropped: 12n,
        outputDropped: 14n,
      },
    ]);
  });

  it('has 0 for what the kernel did not tell', () => {
    const known = sampleOf('hello', AT);
    const process = {
      ...known.process,
      maxRssBytes: null,
      textBytes: null,
      dataBytes: null,
      voluntarySwitches: null,
      involuntarySwitches: null,
    };
    const { rusage, mem, interfaces } = wireStatistics({ ...known, process, nets: [] });
    // The largest size there was is no less than the present one.
    assert.deepEqual([rusage.maxrss, rusage.nvcsw, rusage.nivcsw], [10n, 0n, 0n]);
    assert.deepEqual([mem?.tsize, mem?.dsize, mem?.ssize], [0n, 0n, 0n]);
    assert.deepEqual(interfaces, []);
    const { rusage: unpaged } = wireStatistics({ ...known, pageBytes: 0 });
    assert.equal(unpaged.maxrss, 0n);
  });

  it('is read again as it was written', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const sample = sampleOf('hello', AT);
    const process = { ...sample.process, utimeUs: most - 7, stimeUs: 7, vsizeBytes: most };
    const statistics = wireStatistics({ ...sample, process });
    const message = {
      header: { sequence: 0n, name: ROOT },
      payload: { kind: 'data', data: { kind: 'statistics', statistics } },
    } as const;
    assert.deepEqual(decodeMessage(concatenate(encodeMessage(message))), message);
  });
});

import type { WireMessage } from '@albatross/wire';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordedMessages } from '../testing/recorded-replies.ts';
import { RemoteRates } from './statistics-rates.ts';
import {
  remoteSampleToJson,
  remoteSampleToText,
  type RemoteSample,
  type WireStatistics,
} from './statistics-reply.ts';

const AT = Date.UTC(2026, 0, 31);

const [, first] = await recordedMessages('12-stats-stream-interval1');
const sample = sampleIn(first);

function sampleIn(message: WireMessage | undefined): RemoteSample {
  assert.ok(message?.payload.kind === 'data' && message.payload.data.kind === 'statistics');
  return { name: message.header.name, at: AT, statistics: message.payload.data.statistics };
}

function later(ms: number, changes: Partial<WireStatistics>): RemoteSample {
  return { ...sample, at: AT + ms, statistics: { ...sample.statistics, ...changes } };
}

const NET = {
  bridge: 'service',
  flags: 0x1043,
  sendLength: 0,
  maxSendLength: 0,
  sendDrops: 0,
  mtu: 1500,
  baudrate: 0n,
  inputPackets: 1n,
  inputErrors: 2n,
  outputPackets: 3n,
  outputErrors: 4n,
  collisions: 5n,
  inputBytes: 2048n,
  outputBytes: 4096n,
  inputMcast: 6n,
  outputMcast: 0n,
  inputDropped: 7n,
  outputDropped: 8n,
};

describe('a sample of another host', () => {
  it('is a line of what it tells', () => {
    assert.equal(
      remoteSampleToText(sample, null),
      '2026-01-31T00:00:00.000Z hello: CPU -, memory 1.5 MiB',
    );
    const { statistics } = later(0, { interfaces: [NET, NET], mem: null });
    assert.equal(
      remoteSampleToText({ ...sample, statistics }, 0.25),
      '2026-01-31T00:00:00.000Z hello: CPU 25.0%, memory -, in 8.0 KiB, out 4.0 KiB',
    );
  });

  it('is an object with the names that a sample of this host has', () => {
    const { statistics } = later(0, { interfaces: [NET], vmm: [{ key: 'k', value: 5n }] });
    assert.deepEqual(remoteSampleToJson({ ...sample, statistics }, 0.25), {
      name: 'hello',
      at: '2026-01-31T00:00:00.000Z',
      startedAt: '2026-11-22T00:54:50.805Z',
      process: {
        utimeUs: 0,
        stimeUs: 0,
        cpuShare: 0.25,
        minorFaults: 163,
        majorFaults: 0,
        vsizeBytes: 36_265_984,
        rssPages: 378,
        textPages: 5,
        dataPages: 90,
        swaps: 0,
        voluntarySwitches: 12,
        involuntarySwitches: 0,
      },
      vmm: { k: 5 },
      nets: [
        {
          name: 'service',
          mtu: 1500,
          flags: 0x1043,
          fromGuest: { bytes: 2048, packets: 1, errors: 2, dropped: 7 },
          toGuest: { bytes: 4096, packets: 3, errors: 4, dropped: 8 },
          multicastFromGuest: 6,
          collisions: 5,
        },
      ],
    });
  });

  it('may say absurd times', () => {
    const { mem } = sample.statistics;
    assert.ok(mem !== null);
    const start = { seconds: 2n ** 63n - 1n, microseconds: -5 };
    const { statistics } = later(0, { mem: { ...mem, start, rss: 2n ** 64n - 1n } });
    const { startedAt } = remoteSampleToJson({ ...sample, statistics }, null) as {
      readonly startedAt: unknown;
    };
    assert.equal(startedAt, null);
    assert.match(remoteSampleToText({ ...sample, statistics }, null), /memory 65536 EiB$/);
  });
});

describe('the share of a CPU', () => {
  const used = (us: number): Partial<WireStatistics> => {
    const half = { seconds: 0n, microseconds: us / 2 };
    return { rusage: { ...sample.statistics.rusage, utime: half, stime: half } };
  };

  it('is found between two samples of the same process', () => {
    const rates = new RemoteRates();
    assert.equal(rates.cpuShare(sample), null);
    assert.equal(rates.cpuShare(later(2000, used(500_000))), 0.25);
    assert.equal(rates.cpuShare(later(3000, used(500_000))), 0);
    const other = { ...later(4000, used(600_000)), name: 'other' as typeof sample.name };
    assert.equal(rates.cpuShare(other), null);
  });

  it('is not known of a process that just began, nor when the clock stood still or went back', () => {
    const rates = new RemoteRates();
    rates.cpuShare(later(0, used(500_000)));
    assert.equal(rates.cpuShare(later(0, used(600_000))), null);
    assert.equal(rates.cpuShare(later(-1000, used(700_000))), null);
    const { mem } = sample.statistics;
    assert.ok(mem !== null);
    const begun = { mem: { ...mem, start: { seconds: 1n, microseconds: 0 } } };
    assert.equal(rates.cpuShare(later(1000, { ...used(800_000), ...begun })), null);
    assert.equal(rates.cpuShare(later(2000, { ...used(100_000), ...begun })), null);
  });
});

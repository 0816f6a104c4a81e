import type { Requests } from '@albatross/shared/bus/bus';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Sample } from '@albatross/shared/contracts/stats';
import { parseUnikernelName, ROOT } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleOf } from '../testing/toy-stats.ts';
import { newestUsage, usageOf, usageToJson } from './usage.ts';

const now = 1_700_000_000_000;
const hello = { name: parseUnikernelName('hello'), pid: 42 };

/** A statistics service whose pages come from `answer`; no other request is made. */
function bus(answer: (after: string | undefined) => Promise<readonly [Sample[], string | null]>): {
  readonly bus: Requests;
  readonly asked: object[];
} {
  const asked: object[] = [];
  const request = async (_: unknown, body: { after?: string }, options: object) => {
    asked.push(options);
    const [samples, next] = await answer(body.after);
    return { samples, next, intervalMs: 10_000 };
  };
  return { bus: { request } as unknown as Requests, asked };
}

describe('usage', () => {
  it('is what was sampled last, page by page, without waiting for a service that is not there', async () => {
    const [a, b] = [sampleOf('a', now), sampleOf('b', now)];
    const pages = bus(async (after) => (after === undefined ? [[a], 'a'] : [[b], null]));
    const { samples } = await newestUsage(pages.bus, ROOT, 1_000);
    assert.deepEqual([...samples.keys()], ['a', 'b']);
    for (const options of pages.asked) {
      const { deadlineMs, graceMs } = options as { deadlineMs: number; graceMs: number };
      assert.ok(deadlineMs <= 1_000 && graceMs === 0);
    }
  });

  it('is nothing where the service fails, and what came before it did', async () => {
    const down = bus(async () => await Promise.reject(new Failure('SERVICE_DOWN', 'gone')));
    assert.equal((await newestUsage(down.bus, ROOT)).samples.size, 0);
    const half = bus(async (after) => {
      if (after !== undefined) throw new Error('nonsense');
      return [[sampleOf('a', now)], 'a'];
    });
    assert.deepEqual([...(await newestUsage(half.bus, ROOT)).samples.keys()], ['a']);
  });

  it('asks for no more pages once its time is over', async () => {
    const endless = bus(async () => [[sampleOf('a', now)], 'a']);
    await newestUsage(endless.bus, ROOT, 0);
    assert.equal(endless.asked.length, 0);
  });

  it('is that of the process that runs, and not of long ago', () => {
    const usage = (sample: Sample | null) =>
      usageOf(
        hello,
        {
          samples: new Map(sample === null ? [] : [[sample.name, sample]]),
          intervalMs: 10_000,
        },
        now,
      );
    const found = usage(sampleOf('hello', now - 20_000));
    assert.deepEqual(found, { cpuShare: 0.125, rssBytes: 32 * 2 ** 20, sampledAt: now - 20_000 });
    assert.equal(usage(sampleOf('hello', now - 30_000)), null, 'of long ago');
    assert.equal(usage(sampleOf('hello', now, { pid: 41 })), null, 'of the life before');
    assert.equal(usage(null), null, 'of nobody');
  });

  it('has its time as RFC 3339 for programs', () => {
    assert.equal(usageToJson(null), null);
    assert.deepEqual(usageToJson({ cpuShare: null, rssBytes: 1, sampledAt: now }), {
      cpuShare: null,
      rssBytes: 1,
      sampledAt: '2023-11-14T22:13:20.000Z',
    });
  });
});

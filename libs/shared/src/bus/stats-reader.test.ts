import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { feedSubject } from '../contracts/feed.ts';
import { requestSubject } from '../contracts/request.ts';
import { statsFeed } from '../contracts/stats.ts';
import { listUnikernels } from '../contracts/unikernel-list.ts';
import { ROOT } from '../domain/name.ts';
import { encode } from './codec.ts';
import { endpoint } from './serve.ts';
import { FETCH_SAMPLES_MAX, type KeptSample, type StatsReader } from './stats-reader.ts';
import { ACKNOWLEDGE_MS, STATS_STREAM_API } from './stats-stream.ts';
import { eventually } from './testing/asserts.ts';
import { KeptStats } from './testing/kept-stats.ts';
import { sampleOf } from './testing/samples.ts';

const never = new AbortController().signal;

async function fetched(reader: StatsReader, waitMs = 100): Promise<readonly KeptSample[]> {
  const result = await reader.fetch(never, waitMs);
  assert.ok(result.kind === 'samples', JSON.stringify(result));
  return result.samples;
}

const fail = (error: unknown): never => assert.fail(String(error));

const times = (samples: readonly KeptSample[]): readonly number[] =>
  samples.map(({ sample }) => sample.at);

describe('reading the samples that are kept', () => {
  it('hands out what was published while nobody read, as it was, until it is acknowledged', async () => {
    await using kept = await KeptStats.start();
    const first = sampleOf('foo:web', 1_000);
    await kept.publish(first, sampleOf('hello', 2_000));
    {
      await using bus = await kept.server.connect('influx-bridge');
      const reader = bus.readStats(fail);
      assert.equal(await reader.waiting(), 2);
      const [one] = await fetched(reader);
      assert.deepEqual(one?.sample, first);
      one?.acknowledge();
    }
    await using bus = await kept.server.connect('influx-bridge');
    const reader = bus.readStats(fail);
    await eventually('one is left', async () => (await reader.waiting()) === 1);
    const again: number[] = [];
    await eventually('it is handed out again', async () => {
      again.push(...times(await fetched(reader)));
      return again.length > 0;
    });
    assert.deepEqual(again, [2_000]);
  });

  it('hands out at once what was released', async () => {
    await using kept = await KeptStats.start();
    await kept.publish(sampleOf('hello', 1), sampleOf('hello', 2));
    await using bus = await kept.server.connect('influx-bridge');
    const reader = bus.readStats(fail);
    const started = Date.now();
    for (const one of await fetched(reader)) one.release();
    const again = await fetched(reader);
    assert.deepEqual(times(again), [1, 2]);
    assert.ok(Date.now() - started < ACKNOWLEDGE_MS);
  });

  it('hands out so many at a time, and forgets one that was acknowledged late', async () => {
    await using kept = await KeptStats.start();
    const all = Array.from({ length: FETCH_SAMPLES_MAX + 1 }, (_, at) => sampleOf('hello', at));
    await kept.publish(...all);
    await using bus = await kept.server.connect('influx-bridge');
    const reader = bus.readStats(fail);
    const batch = await fetched(reader, 5_000);
    assert.equal(batch.length, FETCH_SAMPLES_MAX);
    const [late, ...others] = batch;
    for (const one of others) one.acknowledge();
    const [rest] = await fetched(reader);
    assert.equal(rest?.sample.at, FETCH_SAMPLES_MAX);
    rest?.acknowledge();
    await eventually('the late one came again', async () => {
      return times(await fetched(reader)).includes(0);
    });
    // By the first of its two handles.
    late?.acknowledge();
    await eventually('none is left', async () => (await reader.waiting()) === 0);
  });

  it('passes over what is no sample, once, and says so', async () => {
    await using kept = await KeptStats.start();
    const bare = await kept.server.connectBare('stats');
    const subject = feedSubject(statsFeed, sampleOf('hello', 1).name);
    bare.publish(subject, encode({ name: 'hello' }));
    bare.publish(subject, new Uint8Array());
    await bare.flush();
    await kept.publish(sampleOf('hello', 3));
    const told: unknown[] = [];
    await using bus = await kept.server.connect('influx-bridge');
    const reader = bus.readStats((error) => told.push(error));
    const samples = await fetched(reader);
    assert.deepEqual(times(samples), [3]);
    assert.equal(told.length, 2);
    await eventually('one is left', async () => (await reader.waiting()) === 1);
    await bare.close();
  });

  it('ends at once when it is told to, and says when there is no stream or no bus', async () => {
    await using kept = await KeptStats.start();
    await using bus = await kept.server.connect('influx-bridge');
    const reader = bus.readStats(fail);
    const stop = new AbortController();
    const waiting = reader.fetch(stop.signal, 60_000);
    stop.abort();
    assert.deepEqual(await waiting, { kind: 'samples', samples: [] });
    const cut = reader.fetch(never, 60_000);
    await bus.flush();
    await kept.server.kill();
    assert.deepEqual(await cut, { kind: 'unavailable', why: 'the connection to the bus was lost' });
    const { kind } = await reader.fetch(never);
    assert.equal(kind, 'unavailable');
    assert.equal(await reader.waiting(), null);
    await using other = await KeptStats.start({ kept: false });
    await using lonely = await other.server.connect('influx-bridge');
    const result = await lonely.readStats(fail).fetch(never, 100);
    assert.ok(result.kind === 'unavailable');
    assert.match(result.why, /the supervisor has it keep some/);
  });

  it('cannot be used to have JetStream deliver into a service', async () => {
    await using kept = await KeptStats.start();
    const dropped: string[] = [];
    await kept.supervisor.serve({
      service: 'supervisor',
      version: '0.0.0',
      endpoints: [endpoint(listUnikernels, async () => assert.fail('it was asked'))],
      onDrop: (subject, why) => dropped.push(`${why}: ${subject}`),
    });
    await kept.publish(sampleOf('hello', 1));
    const bare = await kept.server.connectBare('influx-bridge');
    const reply = requestSubject(listUnikernels, 'admin', ROOT);
    bare.publish(STATS_STREAM_API.read.next, JSON.stringify({ batch: 1 }), { reply });
    bare.publish(STATS_STREAM_API.read.info, '', { reply });
    await eventually('both were dropped', () => dropped.length > 1);
    await bare.close();
  });
});

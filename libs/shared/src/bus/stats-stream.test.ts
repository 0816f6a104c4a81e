import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from '../contracts/schema.ts';
import { statsFeed } from '../contracts/stats.ts';
import { ROOT } from '../domain/name.ts';
import { feedPattern } from '../contracts/feed.ts';
import { STATS_AGE_MAX_MS, STATS_BYTES_MAX } from './stats-stream.ts';
import { eventually } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

const NANOSECONDS = 1_000_000;

const info = z.object({
  config: z.optional(z.record(z.string(), z.unknown())),
  error: z.optional(z.object({ description: z.string() })),
});

/** What JetStream says, asked by somebody who may ask it everything. */
async function ask(server: RealServer, subject: string, body?: object): Promise<unknown> {
  const intruder = await server.connectIntruder();
  try {
    const { data } = await intruder.request(`$JS.API.${subject}`, JSON.stringify(body) ?? '');
    const { config, error } = info.parse(JSON.parse(new TextDecoder().decode(data)));
    return config ?? error?.description;
  } finally {
    await intruder.close();
  }
}

async function untilKept(server: RealServer): Promise<void> {
  await eventually('there is a stream with its reader', async () => {
    return typeof (await ask(server, 'CONSUMER.INFO.STATS.influx-bridge')) === 'object';
  });
}

const neverFails = (error: Error): never => assert.fail(String(error));

describe('the stream of samples', () => {
  it('is made by the supervisor, with its bounds and its reader, and once more changes nothing', async () => {
    await using server = await RealServer.start({ intruder: true });
    await using bus = await server.connect('supervisor');
    for (let count = 1; count <= 2; count += 1) {
      using _ = bus.keepStats({ onFailure: neverFails });
      await untilKept(server);
      const stream = await ask(server, 'STREAM.INFO.STATS');
      assert.ok(typeof stream === 'object');
      const bounds = {
        subjects: [feedPattern(statsFeed, ROOT)],
        storage: 'file',
        discard: 'old',
        max_age: STATS_AGE_MAX_MS * NANOSECONDS,
        max_bytes: STATS_BYTES_MAX,
        no_ack: true,
      };
      assert.deepEqual({ ...stream, ...bounds }, stream);
    }
  });

  it('is changed into what it should be', async () => {
    await using server = await RealServer.start({ intruder: true });
    const subjects = [feedPattern(statsFeed, ROOT)];
    const other = { name: 'STATS', subjects, storage: 'file', max_bytes: 1_000_000, max_age: 0 };
    await ask(server, 'STREAM.CREATE.STATS', other);
    const consumer = { name: 'influx-bridge', durable_name: 'influx-bridge' };
    await ask(server, 'CONSUMER.CREATE.STATS.influx-bridge', {
      stream_name: 'STATS',
      config: { ...consumer, ack_policy: 'explicit', ack_wait: 60_000 * NANOSECONDS },
    });
    await using bus = await server.connect('supervisor');
    using _ = bus.keepStats({ onFailure: neverFails });
    await eventually('it has its bounds', async () => {
      const config = (await ask(server, 'STREAM.INFO.STATS')) as Record<string, unknown>;
      const reader = (await ask(server, 'CONSUMER.INFO.STATS.influx-bridge')) as typeof config;
      return config['max_bytes'] === STATS_BYTES_MAX && reader['ack_wait'] === 5_000 * NANOSECONDS;
    });
  });

  it('is there again after the bus has lost it', async () => {
    await using server = await RealServer.start({ intruder: true });
    await using bus = await server.connect('supervisor');
    using _ = bus.keepStats({ onFailure: neverFails });
    await untilKept(server);
    await ask(server, 'STREAM.DELETE.STATS');
    assert.equal(await ask(server, 'STREAM.INFO.STATS'), 'stream not found');
    await server.kill();
    await server.resume();
    await untilKept(server);
  });

  it('tells once what the server has against it, tries again, and has it in the end', async () => {
    await using server = await RealServer.start({ intruder: true });
    const inTheWay = { name: 'OTHER', subjects: ['albatross.v1.stats.>'], storage: 'memory' };
    await ask(server, 'STREAM.CREATE.OTHER', { ...inTheWay, max_bytes: 1000 });
    await using bus = await server.connect('supervisor');
    const told: string[] = [];
    const onFailure = (error: Error): unknown => told.push(error.message);
    using _ = bus.keepStats({ onFailure, retryMs: 10 });
    await eventually('the reason is told', () => told.length > 0);
    assert.match(told[0] ?? '', /STREAM\.CREATE\.STATS: subjects overlap with an existing stream/);
    await ask(server, 'STREAM.DELETE.OTHER');
    await untilKept(server);
    assert.equal(told.length, 1, told.join());
  });

  it('can be made by nobody else', async () => {
    await using server = await RealServer.start();
    for (const identity of ['stats', 'console', 'influx-bridge', 'admin', 'observer'] as const) {
      const told: string[] = [];
      await using bus = await server.connect(identity, { onDefect: () => undefined });
      using _ = bus.keepStats({ onFailure: (error) => told.push(error.message) });
      await eventually('it was refused', () => told.length > 0);
      assert.match(told[0] ?? '', /does not let this identity/);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DOMAINS_PER_MESSAGE_MAX,
  HEARTBEAT_PARTS_MAX,
  heartbeat,
  heartbeatFeed,
  type DomainUse,
  type HeartbeatContent,
} from '../contracts/heartbeat.ts';
import type { MessageOf } from '../contracts/feed.ts';
import { NAME_BYTES_MAX, parseName, type PathName } from '../domain/name.ts';
import { readProcessUsage } from '../runtime/process-usage.ts';
import type { Bus } from './bus.ts';
import { encode } from './codec.ts';
import { startHeartbeat, type HeartbeatOptions } from './heartbeat.ts';
import { eventually } from './testing/asserts.ts';
import { RealServer } from './testing/real-server.ts';

type Message = MessageOf<typeof heartbeatFeed>;

const NOTHING: HeartbeatContent = { connections: [], figures: {}, digest: {}, domains: [] };
const MESSAGE_BYTES = 256 * 1024;

/** A bus that keeps what it is given. */
class BusDouble implements Pick<Bus, 'isUp' | 'load' | 'publishOwn'> {
  isUp = true;
  readonly load = { active: 1, total: 7, dropped: 2 };
  readonly messages: Message[] = [];

  publishOwn(_feed: unknown, message: unknown): boolean {
    this.messages.push(message as Message);
    return true;
  }
}

function beating(
  bus: Parameters<typeof startHeartbeat>[0],
  more: Partial<HeartbeatOptions>,
): Disposable & { readonly defects: readonly unknown[] } {
  const defects: unknown[] = [];
  const heartbeat = startHeartbeat(bus, {
    process: 'supervisor',
    version: '1.2.3',
    usage: readProcessUsage,
    describe: () => NOTHING,
    onDefect: (error) => void defects.push(error),
    ...more,
  });
  return { defects, [Symbol.dispose]: () => heartbeat[Symbol.dispose]() };
}

/** Paths as long as they can be, with numbers as long as they can be. */
function domains(count: number): readonly DomainUse[] {
  const most = Number.MAX_SAFE_INTEGER;
  const label = 'x'.repeat(63);
  return Array.from({ length: count }, (_, index) => {
    const first = String(index).padStart(NAME_BYTES_MAX - 3 * 64 - 1, '0');
    return {
      path: parseName(`${first}:${label}:${label}:${label}:`) as PathName,
      maximum: { unikernels: most, memoryMib: most, blockMib: most },
      used: { unikernels: most, memoryMib: most, attachedBlockMib: most, unattachedBlockMib: most },
    };
  });
}

describe('a heartbeat', () => {
  it('tells at once who lives since when, what it takes, what it serves and what it holds', () => {
    const bus = new BusDouble();
    const described: HeartbeatContent = {
      connections: [{ kind: 'fifo', active: 1, total: 2 }],
      figures: { gaps: 1.5 },
      digest: { consoles: 1 },
      domains: domains(1),
    };
    using _ = beating(bus, { describe: () => described });
    const [message] = bus.messages;
    assert.ok(message !== undefined && bus.messages.length === 1);
    assert.deepEqual(heartbeat.parse(message), message);
    const { at, startedAt, usage, ...rest } = message;
    assert.ok(usage.utimeUs > 0 && Number(usage.rssBytes) > 0);
    assert.ok(startedAt < at && at <= Date.now());
    assert.deepEqual(rest, {
      process: 'supervisor',
      version: '1.2.3',
      pid: process.pid,
      sequence: 1,
      intervalMs: 10_000,
      part: 1,
      parts: 1,
      connections: [
        { kind: 'request', active: 1, total: 7 },
        { kind: 'fifo', active: 1, total: 2 },
      ],
      figures: { requestsDropped: 2, gaps: 1.5 },
      digest: { consoles: 1 },
      domains: described.domains,
    });
  });

  it('comes again and again until it is disposed of', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const bus = new BusDouble();
    {
      using _ = beating(bus, { intervalMs: 500 });
      t.mock.timers.tick(1000);
    }
    t.mock.timers.tick(1000);
    assert.deepEqual(
      bus.messages.map(({ sequence, intervalMs }) => [sequence, intervalMs]),
      [
        [1, 500],
        [2, 500],
        [3, 500],
      ],
    );
  });

  it('does not come while the bus is away, and its number shows it', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const bus = new BusDouble();
    let descriptions = 0;
    const describe = (): HeartbeatContent => {
      descriptions += 1;
      return NOTHING;
    };
    using _ = beating(bus, { intervalMs: 500, describe });
    bus.isUp = false;
    t.mock.timers.tick(1000);
    bus.isUp = true;
    t.mock.timers.tick(500);
    assert.deepEqual(
      bus.messages.map(({ sequence }) => sequence),
      [1, 4],
    );
    assert.equal(descriptions, 2);
  });

  it('that cannot be made is a defect, and the next one comes', (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const bus = new BusDouble();
    const outcomes = [assert.fail, assert.fail, () => NOTHING];
    const seen = beating(bus, { intervalMs: 500, describe: () => outcomes.shift()?.() ?? NOTHING });
    using _ = seen;
    t.mock.timers.tick(1000);
    assert.equal(seen.defects.length, 2);
    assert.deepEqual(
      bus.messages.map(({ sequence }) => sequence),
      [3],
    );
  });

  it('takes as many messages as it needs, each of which fits, and all domains are in them', () => {
    for (const count of [0, 1, DOMAINS_PER_MESSAGE_MAX, DOMAINS_PER_MESSAGE_MAX + 1, 3000]) {
      const bus = new BusDouble();
      const all = domains(count);
      using _ = beating(bus, { describe: () => ({ ...NOTHING, domains: all }) });
      assert.deepEqual(
        bus.messages.flatMap((one) => one.domains),
        all,
      );
      const parts = Math.max(1, Math.ceil(count / DOMAINS_PER_MESSAGE_MAX));
      assert.deepEqual(
        bus.messages.map((one) => `${one.sequence} ${one.part}/${one.parts}`),
        Array.from({ length: parts }, (_, index) => `1 ${index + 1}/${parts}`),
      );
      for (const message of bus.messages) assert.ok(encode(message).length < MESSAGE_BYTES - 8192);
    }
  });

  it('tells so many domains and no more', () => {
    const bus = new BusDouble();
    const told = DOMAINS_PER_MESSAGE_MAX * HEARTBEAT_PARTS_MAX;
    const all = domains(told + 1);
    using _ = beating(bus, { describe: () => ({ ...NOTHING, domains: all }) });
    assert.equal(bus.messages.length, HEARTBEAT_PARTS_MAX);
    assert.deepEqual(
      bus.messages.flatMap((one) => one.domains),
      all.slice(0, told),
    );
  });
});

describe('heartbeats on the bus', () => {
  it('of all processes reach whoever follows them, also after the bus was away', async () => {
    await using server = await RealServer.start();
    await using supervisor = await server.connect('supervisor');
    await using console = await server.connect('console');
    await using watcher = await server.connect('watcher');
    const seen = new Set<string>();
    watcher.followProcesses(heartbeatFeed, {
      onMessage: (message) => void seen.add(message.process),
      onDropped: (count) => assert.fail(`${count} were dropped`),
    });
    await watcher.flush();
    using one = beating(supervisor, { intervalMs: 5 });
    using other = beating(console, { process: 'console', intervalMs: 5 });
    await eventually('both are heard', () => seen.size === 2);
    await server.kill();
    await eventually('both are gone', () => !supervisor.isUp && !console.isUp && !watcher.isUp);
    seen.clear();
    await server.resume();
    await eventually('both are heard again', () => seen.size === 2);
    assert.deepEqual([...one.defects, ...other.defects], []);
  });

  it('are believed of the process that the bus lets say so, and of no other', async () => {
    await using server = await RealServer.start();
    const defects: string[] = [];
    await using watcher = await server.connect('watcher', {
      onDefect: (error) => void defects.push(String(error)),
    });
    const seen: string[] = [];
    watcher.followProcesses(heartbeatFeed, {
      onMessage: (message) => void seen.push(message.process),
      onDropped: (count) => assert.fail(`${count} were dropped`),
    });
    await watcher.flush();
    const double = new BusDouble();
    using _ = beating(double, { process: 'supervisor' });
    const liar = await server.connectBare('console');
    liar.publish('albatross.v1.heartbeat.console', encode(double.messages[0]));
    await eventually('it was refused', () => defects.length > 0);
    assert.match(defects[0] ?? '', /heartbeat\.console says it is of supervisor/);
    assert.deepEqual(seen, []);
    await liar.close();
  });
});

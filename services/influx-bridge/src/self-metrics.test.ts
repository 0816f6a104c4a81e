import { startHeartbeat } from '@albatross/shared/bus/heartbeat';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { readProcessUsage } from '@albatross/shared/runtime/process-usage';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from './database.ts';
import { SelfMetrics } from './self-metrics.ts';
import { parseLine } from './testing/parse-line.ts';

const content = { connections: [], figures: {}, digest: {}, domains: [] };

describe('what the processes tell of themselves', () => {
  it('is written as it comes, and forgotten when the database does not take it', async () => {
    await using server = await RealServer.start();
    const lines: string[] = [];
    let isThere = true;
    const write = async (some: readonly string[]): Promise<Outcome> => {
      if (!isThere) return { kind: 'failed', why: 'gone' };
      lines.push(...some);
      return { kind: 'written' };
    };
    await using bus = await server.connect('influx-bridge');
    using self = new SelfMetrics({ bus, database: { write }, pageBytes: 4096 });
    await bus.flush();
    await using console = await server.connect('console');
    using _ = startHeartbeat(console, {
      process: 'console',
      version: '0.1.0',
      intervalMs: 20,
      usage: readProcessUsage,
      describe: () => content,
      onDefect: assert.fail,
    });
    await eventually('some are written', () => lines.length >= 6);
    const parsed = lines.map(parseLine);
    const measurements = new Set(parsed.map(({ measurement }) => measurement));
    assert.deepEqual([...measurements], ['resource_usage', 'kinfo_mem', 'connections']);
    for (const { tags } of parsed) assert.deepEqual(tags[0], ['vm', 'albatross_console']);
    isThere = false;
    await eventually('some are not', () => self.dropped > 1);
  });
});

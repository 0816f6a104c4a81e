import type { BenchResult } from '../result.ts';

type BenchRow = BenchResult['rows'][number];

/** A run of which tests know every figure. */
export function fixtureResult(changes: Partial<BenchResult> = {}): BenchResult {
  return {
    format: 1,
    startedAt: '2026-02-03T04:05:06.789Z',
    durationSeconds: 61.4,
    command: 'npm run bench',
    isQuick: false,
    machine: {
      cpus: 2,
      cpuModel: 'A CPU @ 2.00GHz',
      memoryMib: 7936,
      kernel: '6.1.0',
      system: 'Debian GNU/Linux 12 (bookworm)',
      stolen: 0.001,
    },
    versions: { node: 'v20.20.2', 'nats-server': 'nats-server: v2.9.10' },
    rows: [],
    absent: [],
    series: [],
    ...changes,
  };
}

export function fixtureRow(key: string, changes: Partial<BenchRow> = {}): BenchRow {
  return {
    key,
    what: `what ${key} is`,
    unit: 'ms',
    figure: { runs: 100, median: 10, p99: 20 },
    limit: { what: 'the same without us', figure: { runs: 100, median: 4, p99: 5 } },
    who: 'ours',
    ...changes,
  };
}

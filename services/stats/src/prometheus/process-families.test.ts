import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Heartbeats } from './heartbeats.ts';
import { MetricsPage } from './page.ts';
import { FIGURES_PER_PROCESS_MAX } from './process-families.ts';
import { linesOf, pageOf, REALISTIC } from './testing/page-of.ts';
import { readPage, valueOf } from './testing/read-page.ts';
import { message } from './testing/told.ts';

describe('the page with the metrics, of processes', () => {
  it('has what each process takes, and since when nothing was heard of it', async () => {
    let clockMs = 0;
    const heartbeats = new Heartbeats({ clockMs: () => clockMs });
    heartbeats.take(message({ sequence: 6 }));
    const metrics = new MetricsPage({
      sweep: () => ({ sequence: 1, host: null, samples: [] }),
      heartbeats,
    });
    await metrics.read();
    clockMs = 2500;
    // The age of a page that was made before would be wrong.
    const page = readPage(Buffer.concat(await metrics.read()).toString());
    const own = (name: string, more = {}): number | undefined =>
      valueOf(page, `albatross_process_${name}`, { process: 'supervisor', ...more });
    assert.equal(own('last_seen_age_seconds'), 2.5);
    assert.equal(own('last_seen_timestamp_seconds'), 1_700_000_000.5);
    assert.equal(own('info', { version: '1.2.3' }), 1);
    assert.deepEqual([own('heartbeat_interval_seconds'), own('heartbeats_total')], [10, 6]);
    assert.deepEqual([own('start_time_seconds'), own('pid')], [1_600_000_000, 17]);
    assert.equal(own('cpu_seconds_total', { mode: 'user' }), 1.5);
    assert.equal(own('cpu_seconds_total', { mode: 'system' }), 0.25);
    assert.equal(own('page_faults_total', { kind: 'major' }), 1);
    assert.equal(own('context_switches_total', { kind: 'involuntary' }), 8);
    assert.equal(own('resident_memory_bytes'), 2000);
    assert.equal(own('resident_memory_peak_bytes'), 3000);
    assert.equal(own('virtual_memory_bytes'), 9000);
    assert.deepEqual([own('threads'), own('open_files')], [11, 12]);
  });

  it('leaves out what a process was not told', async () => {
    const { usage } = message();
    const told = { ...usage, rssBytes: null, vsizeBytes: null, threads: null, openFiles: null };
    const page = await pageOf({ messages: [message({ usage: told })] });
    for (const name of ['resident_memory_bytes', 'virtual_memory_bytes', 'threads', 'open_files'])
      assert.ok(!page.has(`albatross_process_${name}`), name);
    for (const [name, { lines }] of page)
      for (const value of lines.values()) assert.ok(value > 0 || name.includes('age'), name);
  });

  it('has the figures of the processes, those it does not know under the names they have', async () => {
    const page = await pageOf(REALISTIC);
    assert.deepEqual(linesOf(page, 'albatross_requests_dropped_total'), [
      'process=supervisor: 2',
      'process=console: 0',
    ]);
    assert.deepEqual(linesOf(page, 'albatross_unikernel_restarts'), ['process=supervisor: 5']);
    assert.equal(page.get('albatross_unikernel_restarts')?.type, 'gauge');
    const ofConsole = [
      ['read_bytes_total', 100],
      ['truncated_lines_total', 1],
      ['dropped_lines_total', 6],
      ['gaps_total', 2],
      ['histories_behind', 0],
      ['messages_sent_total', 8],
      ['messages_unsent_total', 9],
      ['untold_consoles', 1],
    ] as const;
    for (const [name, value] of ofConsole)
      assert.deepEqual(linesOf(page, `albatross_console_${name}`), [`process=console: ${value}`]);
    assert.deepEqual(linesOf(page, 'albatross_process_figure'), [
      'figure=sweepMs process=stats: 3.5',
      'figure=restarts process=influx-bridge: 1',
    ]);
    assert.deepEqual(linesOf(page, 'albatross_process_digest'), [
      'figure=unikernels.running process=supervisor: 2',
      'figure=consoles process=console: 2',
    ]);
    assert.deepEqual(linesOf(page, 'albatross_connections'), [
      'kind=request process=supervisor: 1',
      'kind=request process=console: 0',
      'kind=fifo process=console: 2',
    ]);
    assert.equal(linesOf(page, 'albatross_connections_opened_total').length, 3);
  });

  it('has so many figures of a process at most', async () => {
    const figures = Object.fromEntries(
      Array.from({ length: FIGURES_PER_PROCESS_MAX + 10 }, (_, n) => [`figure${n}`, n]),
    );
    const connections = Object.keys(figures).map((kind) => ({ kind, active: 0, total: 0 }));
    const page = await pageOf({ messages: [message({ figures, digest: figures, connections })] });
    for (const name of ['process_figure', 'process_digest', 'connections'])
      assert.equal(linesOf(page, `albatross_${name}`).length, FIGURES_PER_PROCESS_MAX);
  });
});

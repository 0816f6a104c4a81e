import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pageOf } from './testing/page-of.ts';
import { valueOf } from './testing/read-page.ts';
import { HOST } from './testing/told.ts';

describe('the page with the metrics, of the machine', () => {
  it('has its CPUs, its memory and its load', async () => {
    const page = await pageOf({ host: HOST });
    const own = (name: string, labels = {}): number | undefined =>
      valueOf(page, `albatross_host_${name}`, labels);
    assert.equal(own('sample_timestamp_seconds'), 1_700_000_000.25);
    assert.deepEqual([own('cpus'), own('busy_cpus')], [2, 0.5]);
    assert.deepEqual(
      ['1', '5', '15'].map((minutes) => own('load', { minutes })),
      [0.25, 1, 2],
    );
    assert.deepEqual([own('memory_bytes'), own('memory_available_bytes')], [8192, 4096]);
    assert.equal(own('uptime_seconds'), 12.5);
  });

  it('leaves out what is not known yet', async () => {
    const page = await pageOf({ host: { ...HOST, cpuShare: null } });
    assert.ok(page.has('albatross_host_cpus') && !page.has('albatross_host_busy_cpus'));
    assert.equal((await pageOf({ host: null })).size, 0);
  });
});

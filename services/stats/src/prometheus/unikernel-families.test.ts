import type { Sample } from '@albatross/shared/contracts/stats';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf, pageOf } from './testing/page-of.ts';
import { valueOf } from './testing/read-page.ts';
import { net, sample } from './testing/told.ts';

describe('the page with the metrics, of unikernels', () => {
  it('has what each unikernel takes, in seconds and bytes', async () => {
    const page = await pageOf({ samples: [sample('foo:web')] });
    const own = (name: string, more = {}): number | undefined =>
      valueOf(page, `albatross_unikernel_${name}`, { name: 'foo:web', ...more });
    assert.equal(own('info', { path: 'foo:' }), 1);
    assert.equal(own('sample_timestamp_seconds'), 1_700_000_000.125);
    assert.equal(own('start_time_seconds'), 1_699_999_999.75);
    assert.deepEqual([own('life'), own('pid')], [4, 4711]);
    assert.equal(own('cpu_seconds_total', { mode: 'user' }), 2.5);
    assert.equal(own('cpu_seconds_total', { mode: 'system' }), 0.75);
    assert.equal(own('busy_cpus'), 0.125);
    assert.equal(own('page_faults_total', { kind: 'minor' }), 21);
    assert.equal(own('page_faults_total', { kind: 'major' }), 22);
    assert.equal(own('threads'), 23);
    assert.equal(own('virtual_memory_bytes'), 24);
    assert.equal(own('resident_memory_bytes'), 25);
    assert.equal(own('resident_memory_peak_bytes'), 26);
    assert.deepEqual([own('text_bytes'), own('data_bytes'), own('swaps_total')], [27, 28, 29]);
    assert.equal(own('context_switches_total', { kind: 'voluntary' }), 30);
    assert.equal(own('context_switches_total', { kind: 'involuntary' }), 31);
    assert.equal(own('disk_bytes_total', { direction: 'read' }), 32);
    assert.equal(own('disk_bytes_total', { direction: 'written' }), 33);
    assert.equal(own('kvm', { counter: 'exits' }), 34);
    assert.equal(page.get('albatross_unikernel_kvm')?.type, 'untyped');
  });

  it('has both directions of each net', async () => {
    const page = await pageOf({ samples: [sample('hello')] });
    const of = { name: 'hello', net: 'service' };
    const own = (name: string, more = {}): number | undefined =>
      valueOf(page, `albatross_unikernel_net_${name}`, { ...of, ...more });
    const both = (name: string): readonly unknown[] =>
      ['from_guest', 'to_guest'].map((direction) => own(name, { direction }));
    assert.equal(own('info', { tap: 'tap7' }), 1);
    assert.deepEqual(both('bytes_total'), [41, 45]);
    assert.deepEqual(both('packets_total'), [42, 46]);
    assert.deepEqual(both('errors_total'), [43, 47]);
    assert.deepEqual(both('dropped_total'), [44, 48]);
    assert.deepEqual(both('multicast_total'), [49, undefined]);
    assert.equal(own('collisions_total'), 50);
    assert.deepEqual([own('mtu_bytes'), own('flags')], [1500, 4099]);
  });

  it('leaves out what was not told, and never has 0 for it', async () => {
    const { process, ...rest } = sample('hello');
    const unknown: Sample = {
      ...rest,
      life: null,
      kvm: null,
      nets: [],
      process: {
        ...process,
        cpuShare: null,
        maxRssBytes: null,
        textBytes: null,
        dataBytes: null,
        voluntarySwitches: null,
        involuntarySwitches: null,
        readBytes: null,
        writtenBytes: null,
      },
    };
    const page = await pageOf({ samples: [unknown] });
    for (const [name, { lines }] of page)
      for (const value of lines.values()) assert.notEqual(value, 0, name);
    for (const name of [
      'life',
      'busy_cpus',
      'resident_memory_peak_bytes',
      'text_bytes',
      'data_bytes',
      'context_switches_total',
      'disk_bytes_total',
      'kvm',
      'net_info',
    ])
      assert.ok(!page.has(`albatross_unikernel_${name}`), name);
  });

  it('has one of those that say the same of themselves', async () => {
    const twice = net('a\n', 'tap1');
    const page = await pageOf({
      samples: [
        sample('hello', { nets: [twice, twice, net('a\\x0a', 'tap2')] }),
        sample('hello', { pid: 5 }),
      ],
    });
    assert.deepEqual(linesOf(page, 'albatross_unikernel_pid'), ['name=hello: 4711']);
    assert.deepEqual(linesOf(page, 'albatross_unikernel_net_info'), [
      'name=hello net=a\\x0a tap=tap1: 1',
    ]);
  });
});

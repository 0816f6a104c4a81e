import { sampleOf } from '@albatross/shared/bus/testing/samples';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleLines } from './sample-lines.ts';
import { parseLine } from './testing/parse-line.ts';

const at = 1_709_210_096_789;

describe('the lines of a sample', () => {
  it('are those of the original, in its order, with a time of their own', () => {
    assert.deepEqual(sampleLines(sampleOf('foo:web', at), { isWholeName: false }), [
      'resource_usage,vm=web utime=1.500000,stime=0.000020,maxrss=400i,ixrss=0i,idrss=0i,isrss=0i,' +
        'minflt=101i,maxflt=2i,nswap=4i,inblock=0i,outblock=0i,msgsnd=0i,msgrcv=0i,nsignals=0i,' +
        'nvcsw=5i,nivcsw=6i 1709210096789000000',
      'kinfo_mem,vm=web vsize=67108864i,rss=10i,tsize=2i,dsize=3i,ssize=3i,cow_faults=0i,' +
        'runtime=1500020i,uptime=61.250 1709210096789000000',
      'vmm,vm=web exits=900i,halt_exits=31i 1709210096789000000',
      'interface,vm=web,bridge=service send_queue_length=0i,max_send_queue_length=0i,' +
        'send_queue_drops=0i,mtu=1500i,baudrate=0i,vm_to_host_packets=1i,vm_to_host_errors=11i,' +
        'vm_to_host_bytes=60i,vm_to_host_mcast=15i,vm_to_host_dropped=12i,collisions=16i,' +
        'host_to_vm_packets=2i,host_to_vm_errors=13i,host_to_vm_bytes=120i,host_to_vm_mcast=0i,' +
        'host_to_vm_dropped=14i 1709210096789000000',
    ]);
  });

  it('have the last interface first', () => {
    const [net] = sampleOf('web', at).nets;
    assert.ok(net !== undefined);
    const sample = sampleOf('web', at, { nets: [net, { ...net, name: 'management' }] });
    const lines = sampleLines(sample, { isWholeName: false }).map(parseLine);
    assert.deepEqual(
      lines.flatMap(({ tags }) =>
        tags.flatMap(([key, value]) => (key === 'bridge' ? [value] : [])),
      ),
      ['management', 'service'],
    );
  });

  it('leave out what the kernel did not tell', () => {
    const { process } = sampleOf('web', at);
    const sample = sampleOf('web', at, {
      kvm: null,
      nets: [],
      process: {
        ...process,
        maxRssBytes: null,
        textBytes: null,
        dataBytes: null,
        voluntarySwitches: null,
        involuntarySwitches: null,
      },
    });
    const lines = sampleLines(sample, { isWholeName: false }).map(parseLine);
    assert.deepEqual(
      lines.map(({ measurement }) => measurement),
      ['resource_usage', 'kinfo_mem'],
    );
    const fields = lines.flatMap(({ fields }) => fields.map(([key]) => key));
    for (const unknown of ['maxrss', 'tsize', 'dsize', 'ssize', 'nvcsw', 'nivcsw'])
      assert.ok(!fields.includes(unknown), unknown);
  });

  it('escape the names of counters, and have no counters where there are none', () => {
    const named = (kvm: Record<string, number>): readonly string[] =>
      sampleLines(sampleOf('web', at, { kvm, nets: [] }), { isWholeName: false }).slice(2);
    assert.deepEqual(named({ 'a b,c=d': 1 }), ['vmm,vm=web a\\ b\\,c\\=d=1i 1709210096789000000']);
    assert.deepEqual(named({}), []);
  });

  it('carry the whole name when asked to, and never an uptime before the start', () => {
    const sample = sampleOf('foo:web', at, { startedAt: at + 1, pageBytes: 0 });
    const [usage = '', memory = ''] = sampleLines(sample, { isWholeName: true });
    assert.match(usage, /^resource_usage,vm=foo:web utime/);
    assert.match(memory, /vsize=67108864i,cow_faults=0i,runtime=1500020i,uptime=0\.000 /);
    const [inRoot = ''] = sampleLines(sampleOf('hello', at), { isWholeName: true });
    assert.match(inRoot, /^resource_usage,vm=hello utime/);
  });
});

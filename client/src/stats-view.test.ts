import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleDetails, sampleTable, sampleToJson, sampleToText } from './stats-view.ts';
import { netOf, sampleOf } from './testing/toy-stats.ts';

const at = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const MIB = 1024 * 1024;
const nets = [netOf('service', 3 * MIB, 2048), netOf('other', MIB, 1024)];

describe('samples as a table', () => {
  it('have the totals of all networks, and nothing for what is not known', () => {
    assert.deepEqual(
      sampleTable([
        sampleOf('foo:web', at, { nets }),
        sampleOf('hello', at, { pid: 7, process: { cpuShare: null, maxRssBytes: null } }),
      ]).map(String),
      [
        'NAME     PID  CPU    MEMORY  AT MOST  THREADS  NET IN   NET OUT  UPTIME',
        'foo:web  42   12.5%  32 MiB  40 MiB   3        4.0 MiB  3.0 KiB  1h00m',
        'hello    7    -      32 MiB  -        3        -        -        1h00m',
      ],
    );
  });
});

describe('a sample as a line', () => {
  it('says when, who, and the most important', () => {
    assert.equal(
      sampleToText(sampleOf('foo:web', at, { nets })),
      '2026-01-31T12:00:00.007Z foo:web: process 42, CPU 12.5%, memory 32 MiB, threads 3, in 4.0 MiB, out 3.0 KiB',
    );
  });

  it('says nothing of networks where there are none', () => {
    assert.ok(sampleToText(sampleOf('hello', at)).endsWith(', threads 3'));
  });
});

describe('a sample in detail', () => {
  it('has everything that was sampled', () => {
    const kvm = { exits: 7, halt_exits: 5 };
    assert.deepEqual(sampleDetails(sampleOf('foo:web', at, { nets: nets.slice(0, 1), kvm })), [
      '  process 42, life 1, began 2026-01-31T11:00:00.007Z, sampled 2026-01-31T12:00:00.007Z',
      '  CPU 12.5%; 1.50 s user, 0.25 s system; threads 3',
      '  memory 32 MiB, at most 40 MiB, virtual 2.0 GiB, text 1.0 MiB, data and stack 3.0 MiB; pages of 4096 bytes',
      '  page faults 300 minor, 2 major; swaps 0; context switches 70 voluntary, 8 involuntary',
      '  disks 5.0 MiB read, 6.0 MiB written',
      '  network service, tap tap-service, MTU 1500, flags 0x1043, collisions 5',
      '    in 3.0 MiB, packets 10, errors 1, dropped 2',
      '    out 2.0 KiB, packets 10, errors 1, dropped 2, multicast 4',
      '  KVM exits 7',
      '  KVM halt_exits 5',
    ]);
  });

  it('says what is not available, and does not guess', () => {
    const process = {
      cpuShare: null,
      maxRssBytes: null,
      textBytes: null,
      dataBytes: null,
      voluntarySwitches: null,
      involuntarySwitches: null,
      readBytes: null,
      writtenBytes: null,
    };
    const text = sampleDetails(sampleOf('hello', at, { life: null, process })).join('\n');
    for (const part of [
      'process 42, named by hand,',
      'CPU -;',
      'at most unavailable,',
      'text unavailable, data and stack unavailable;',
      'unavailable voluntary, unavailable involuntary',
      'disks unavailable read, unavailable written',
      '\n  no networks\n  KVM counters unavailable',
    ])
      assert.ok(text.includes(part), part);
  });

  it('is harmless whatever strangers put into it', () => {
    const net = { ...netOf('a\u001b[2J', 1, 2), tap: 'tap\r' };
    const lines = sampleDetails(sampleOf('hello', at, { nets: [net], kvm: { 'x\n\u202e': 1 } }));
    assert.ok(lines.includes('  KVM x\\x0a\\u202e 1'));
    assert.ok(lines.some((line) => line.startsWith('  network a\\x1b[2J, tap tap\\x0d, ')));
  });
});

it('a sample as JSON is as on the bus, with times as RFC 3339', () => {
  const sample = sampleOf('foo:web', at, { nets });
  assert.deepEqual(sampleToJson(sample), {
    ...sample,
    at: '2026-01-31T12:00:00.007Z',
    startedAt: '2026-01-31T11:00:00.007Z',
  });
});

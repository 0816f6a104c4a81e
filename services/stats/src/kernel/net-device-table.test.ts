import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { NetDeviceTable } from './net-device-table.ts';

const tableOf = (text: string) => new NetDeviceTable(Buffer.from(text, 'latin1'));

describe('the table of interfaces', () => {
  it('has what the host receives as what the guest has sent', () => {
    const table = tableOf(`Inter-|   Receive  |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
  tap1:      11      12    13   14   15    16         17        18       21      22   23   24   25    26      27         28
tap10:18014398509481984 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
`);
    assert.deepEqual(table.get('tap1'), {
      fromGuest: { bytes: 11, packets: 12, errors: 13, dropped: 14 },
      toGuest: { bytes: 21, packets: 22, errors: 23, dropped: 24 },
      multicastFromGuest: 18,
      collisions: 26,
    });
    assert.equal(table.get('tap'), undefined);
    // More than can be counted.
    assert.equal(table.get('tap10'), undefined);
  });

  it('is read as the kernel writes it', () => {
    const text = readFileSync('/proc/net/dev', 'latin1');
    const { fromGuest, toGuest } = tableOf(text).get('lo') ?? assert.fail('no lo');
    const [, line = ''] = /^ *lo:(.*)$/m.exec(text) ?? [];
    const numbers = line.trim().split(/ +/).map(Number);
    const firstFour = ({ bytes, packets, errors, dropped }: typeof toGuest) => [
      bytes,
      packets,
      errors,
      dropped,
    ];
    assert.deepEqual(firstFour(fromGuest), numbers.slice(0, 4));
    assert.deepEqual(firstFour(toGuest), numbers.slice(8, 12));
  });

  it('has counts, or nothing, for whatever it is given', () => {
    const line = fc.oneof(fc.string(), fc.constant('1 '.repeat(16)));
    fc.assert(
      fc.property(fc.array(line), line, (lines, last) => {
        const table = tableOf([...lines, `tap1:${last}`].join('\n'));
        const counters = table.get('tap1');
        assert.ok(counters === undefined || Number.isSafeInteger(counters.toGuest.dropped));
      }),
    );
    for (const text of ['', 'tap1:', 'tap1: 1 2 3', `tap1: ${'x '.repeat(16)}`, '1 '.repeat(16)])
      assert.equal(tableOf(text).get('tap1'), undefined);
  });
});

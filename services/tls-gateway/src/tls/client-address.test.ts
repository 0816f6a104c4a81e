import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clientAddress } from './client-address.ts';

it('the address of a client is told as people write it, and grouped by who may choose it', () => {
  for (const [remote, text, group] of [
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
    [undefined, 'unknown', 'unknown'],
  ] as const)
    assert.deepEqual(clientAddress(remote), { text, group });
});

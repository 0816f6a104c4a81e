import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeKernel } from '../testing/fake-kernel.ts';
import { readNetLink } from './net-link.ts';

describe('readNetLink', () => {
  it('reads the MTU, and the flags as SIOCGIFFLAGS tells them', async () => {
    await using fake = await FakeKernel.make();
    fake.setTap('tap1');
    // What a bridge asked for is left out, that it works is put in.
    assert.deepEqual(readNetLink('tap1', fake.kernel), { mtu: 1500, flags: 0x1043 });
    for (const [kept, state, flags] of [
      ['0x1003', 'down', 0x1003],
      ['0x1003', 'unknown', 0x1043],
      ['0x1002', 'up', 0x1002],
      ['0x11043', 'lowerlayerdown', 0x1003],
    ] as const) {
      fake.write('sys/class/net/tap1/flags', `${kept}\n`);
      fake.write('sys/class/net/tap1/operstate', `${state}\n`);
      assert.equal(readNetLink('tap1', fake.kernel).flags, flags, `${kept} ${state}`);
    }
  });

  it('reads those of the kernel', () => {
    const { mtu, flags } = readNetLink('lo', { sys: '/sys' });
    assert.ok(mtu > 1000);
    // LOOPBACK
    assert.equal(flags & 0x8, 0x8);
  });

  it('throws for an interface that is gone', async () => {
    await using fake = await FakeKernel.make();
    assert.throws(() => readNetLink('tap1', fake.kernel), { code: 'ENOENT' });
    fake.setTap('tap1');
    fake.write('sys/class/net/tap1/mtu', 'many\n');
    assert.throws(() => readNetLink('tap1', fake.kernel), /are no numbers/);
  });
});

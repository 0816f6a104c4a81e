import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { FakeKernel } from '../testing/fake-kernel.ts';
import type { Kernel } from './kernel.ts';
import { KeptFiles } from './kept-text.ts';
import { NetLinkReader, type NetLink } from './net-link.ts';

const TAP = 'vmlinktest';

function readNetLink(name: string, kernel: Pick<Kernel, 'sys'>): NetLink {
  using reader = new NetLinkReader(name, kernel, new KeptFiles({ openFilesMax: 100 }));
  return reader.read();
}

describe('a reader of an interface', () => {
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

  it('is of the one that has the name now', async () => {
    await using fake = await FakeKernel.make();
    fake.setTap('tap1');
    const files = new KeptFiles({ openFilesMax: 100 });
    using reader = new NetLinkReader('tap1', fake.kernel, files);
    assert.equal(reader.read().mtu, 1500);
    assert.equal(files.left, 47);
    fake.write('sys/class/net/tap1/mtu', '9000\n');
    assert.equal(reader.read().mtu, 9000);
    fake.removeTap('tap1');
    assert.throws(() => reader.read(), { code: 'ENOENT' });
    fake.setTap('tap1');
    assert.equal(reader.read().mtu, 1500);
    reader[Symbol.dispose]();
    assert.equal(files.left, 50);
  });

  it('follows an interface of the kernel that is made anew', (t) => {
    if (spawnSync('ip', ['tuntap', 'add', 'dev', TAP, 'mode', 'tap']).status !== 0)
      return t.skip('no tap can be made here');
    const sys = '/sys';
    const ip = (...words: readonly string[]): void => void execFileSync('ip', words);
    t.after(() => spawnSync('ip', ['link', 'del', TAP]));
    using reader = new NetLinkReader(TAP, { sys }, new KeptFiles({ openFilesMax: 100 }));
    assert.deepEqual(reader.read(), { mtu: 1500, flags: 0x1002 });
    ip('link', 'set', TAP, 'mtu', '1400', 'up');
    assert.equal(reader.read().mtu, 1400);
    assert.equal(reader.read().flags & 0x1, 0x1);
    ip('link', 'del', TAP);
    assert.throws(() => reader.read(), { code: 'ENOENT' });
    ip('tuntap', 'add', 'dev', TAP, 'mode', 'tap');
    assert.deepEqual(reader.read(), { mtu: 1500, flags: 0x1002 });
  });
});

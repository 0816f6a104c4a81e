import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { NetworkNamespace } from '../testing/network-namespace.ts';
import { bridgeExists, listBridges } from './bridges.ts';

describe('the bridges of a host', async () => {
  const skip = await NetworkNamespace.whyNot();

  it('are found among its interfaces, sorted', { skip }, async (t) => {
    const network = await NetworkNamespace.open(t);
    assert.deepEqual(listBridges(network.sysfs), []);
    await network.ip('link add service type bridge');
    await network.ip('link add br0.1 type bridge');
    await network.ip('tuntap add dev tap0 mode tap');
    await network.ip('link set dev tap0 master service');
    assert.deepEqual(listBridges(network.sysfs), ['br0.1', 'service']);
    assert.equal(bridgeExists('service', network.sysfs), true);
    for (const name of ['tap0', 'lo', 'br1'])
      assert.equal(bridgeExists(name, network.sysfs), false);
    await network.ip('link del service');
    assert.equal(bridgeExists('service', network.sysfs), false);
  });
});

describe('a bridge of a file system that looks like it', () => {
  let sysfs: string;
  const interfaces = (): string => join(sysfs, 'class/net');

  beforeEach(async () => {
    sysfs = await mkdtemp(join(tmpdir(), 'albatross-sysfs-'));
    await mkdir(join(interfaces(), 'br0/bridge'), { recursive: true });
  });
  afterEach(async () => await rm(sysfs, { recursive: true }));

  it('is not missed beside a file that is no interface', async () => {
    await writeFile(join(interfaces(), 'bonding_masters'), '');
    assert.deepEqual(listBridges(sysfs), ['br0']);
  });

  for (const name of ['', '.', '..', './br0', '../net/br0', 'br0/', 'br0\0', 'br0\n', '-br0'])
    it(`is not to be had by the name ${JSON.stringify(name)}`, () => {
      assert.equal(bridgeExists(name, sysfs), false);
    });

  it('is not there when its name is none a policy could hold', async () => {
    await mkdir(join(interfaces(), 'br 0/bridge'), { recursive: true });
    assert.deepEqual(listBridges(sysfs), ['br0']);
  });
});

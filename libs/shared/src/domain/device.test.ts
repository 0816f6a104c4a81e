import { assert as assertProperty, double, property } from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeviceError, readBlockDevices, readCpus, readNetDevices } from './device.ts';
import { MacError } from './mac.ts';

describe('CPUs', () => {
  it('are ascending, each once', () => {
    assert.deepEqual(readCpus([3, 0, 3, 1]), [0, 1, 3]);
  });

  for (const cpus of [[], [-1], [0.5], [Number.NaN], ['0'], [4096], [2 ** 53], [null]]) {
    it(`are not ${JSON.stringify(cpus)}`, () => {
      assert.throws(() => readCpus(cpus), DeviceError);
    });
  }
});

describe('a network device', () => {
  it('is on the bridge of its own name when none is said', () => {
    assert.deepEqual(readNetDevices([{ name: 'service' }]), [
      { name: 'service', bridge: 'service', mac: null },
    ]);
  });

  it('has the address it was given, in small letters', () => {
    const [net] = readNetDevices([{ name: 'a', bridge: 'br0', mac: '02:AB:00:00:00:01' }]);
    assert.equal(net?.mac, '02:ab:00:00:00:01');
    assert.throws(() => readNetDevices([{ name: 'a', mac: 'nonsense' }]), MacError);
  });

  for (const name of ['', 'a b', 'a:b', '../x', 'a-b', 'ä', 'x'.repeat(68)]) {
    it(`is not called ${JSON.stringify(name)}`, () => {
      assert.throws(() => readNetDevices([{ name, bridge: 'br0' }]), DeviceError);
    });
  }

  for (const bridge of ['', 'a b', 'a\nb', '-x', 'x'.repeat(16), 'a/b']) {
    it(`is on no bridge called ${JSON.stringify(bridge)}`, () => {
      assert.throws(() => readNetDevices([{ name: 'a', bridge }]), DeviceError);
    });
  }

  it('is not there twice', () => {
    assert.throws(() => readNetDevices([{ name: 'a' }, { name: 'a', bridge: 'b' }]), {
      message: 'the network device a is given twice',
    });
  });
});

describe('a block device', () => {
  it('is the one of its own name when none is said', () => {
    assert.deepEqual(readBlockDevices([{ name: 'storage' }]), [
      { name: 'storage', device: 'storage', sectorBytes: null },
    ]);
  });

  it('may be of any label, and a path is left for others to judge', () => {
    for (const device of ['a.b-c', '..', '/dev/zvol/../x']) {
      assert.equal(readBlockDevices([{ name: 'a', device }])[0]?.device, device);
    }
    assert.equal(readBlockDevices([{ name: 'a', device: 'Upper' }])[0]?.device, 'upper');
  });

  for (const device of ['', 'foo:bar', ':bar', 'foo:', 'a/b', 'a b']) {
    it(`is not ${JSON.stringify(device)}`, () => {
      assert.throws(() => readBlockDevices([{ name: 'a', device }]), DeviceError);
    });
  }

  it('has sectors of a power of two from 512 to 32768 bytes', () => {
    assertProperty(
      property(double(), (sectorBytes) => {
        const isGood = [512, 1024, 2048, 4096, 8192, 16_384, 32_768].includes(sectorBytes);
        try {
          readBlockDevices([{ name: 'a', sectorBytes }]);
          return isGood;
        } catch (error) {
          return !isGood && error instanceof DeviceError;
        }
      }),
    );
    assert.equal(readBlockDevices([{ name: 'a', sectorBytes: 4096 }])[0]?.sectorBytes, 4096);
  });
});

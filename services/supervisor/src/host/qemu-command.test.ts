import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { qemuCommand, VIRTIO_DEVICES_MAX, type QemuOptions } from './qemu-command.ts';

const NOTHING: QemuOptions = {
  path: '/qemu',
  memoryMib: 64,
  image: '/proc/self/fd/4',
  words: ['a', 'b,c', ''],
  taps: [],
  blocks: [],
  manifest: [],
};
const service = { device: 'service', bridge: 'br0', tap: 'albaaaaaaaa', mac: '00:80:41:00:00:01' };
const storage = { name: 'storage', path: './foo:storage', sectorBytes: null };

/** The devices, each with what is behind it, without the machine's own. */
function devicesIn(command: readonly string[]): readonly string[] {
  return command.filter((word) => /^(tap|id=|virtio-)/.test(word));
}

describe('the command of qemu', () => {
  it('makes the machine that an image needs to begin and to end', () => {
    const command = qemuCommand(NOTHING);
    assert.equal(command[0], '/qemu');
    for (const needed of ['acpi=off', 'isa-debug-exit', '-nodefaults', 'tcg,tb-size=64'])
      assert.ok(command.includes(needed), needed);
    assert.deepEqual(command.slice(-6), [
      '-m',
      '64',
      '-kernel',
      '/proc/self/fd/4',
      '-append',
      'a b,c ',
    ]);
    assert.deepEqual(devicesIn(command), []);
  });

  it("puts devices on the bus in the manifest's order, whatever order they are given in", () => {
    const log = { name: 'log', path: '/dev/zvol/tank/a,b', sectorBytes: 512 };
    const manifest = [
      { name: 'log', kind: 'block' },
      { name: 'service', kind: 'net' },
      { name: 'storage', kind: 'block' },
    ] as const;
    const command = qemuCommand({ ...NOTHING, taps: [service], blocks: [storage, log], manifest });
    assert.deepEqual(devicesIn(command), [
      'id=b2,if=none,format=raw,file=/dev/zvol/tank/a,,b',
      'virtio-blk-pci,drive=b2,bus=pci.0,addr=0x2,romfile=',
      'tap,id=n3,ifname=albaaaaaaaa,script=no,downscript=no',
      'virtio-net-pci,netdev=n3,mac=00:80:41:00:00:01,bus=pci.0,addr=0x3,romfile=',
      'id=b4,if=none,format=raw,file=./foo:storage',
      'virtio-blk-pci,drive=b4,bus=pci.0,addr=0x4,romfile=',
    ]);
  });

  it('tells devices of the same name apart by what they are', () => {
    const both = { ...service, device: 'storage' };
    const manifest = [
      { name: 'storage', kind: 'net' },
      { name: 'storage', kind: 'block' },
    ] as const;
    const command = qemuCommand({ ...NOTHING, taps: [both], blocks: [storage], manifest });
    assert.match(devicesIn(command)[0] ?? '', /^tap,id=n2/);
    assert.match(devicesIn(command)[2] ?? '', /^id=b3/);
  });

  it('is none without a device that the manifest asks for, for all others would be mistaken', () => {
    const manifest = [{ name: 'storage', kind: 'block' }] as const;
    assert.throws(() => qemuCommand({ ...NOTHING, manifest }), { code: 'DEVICES_MISMATCH' });
  });

  it('is none for more devices than the bus has room for', () => {
    const devices = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `d${n}`, kind: 'block' }) as const);
    const blocksOf = (count: number) =>
      devices(count).map(({ name }) => ({ name, path: `./:${name}`, sectorBytes: null }));
    const optionsOf = (count: number): QemuOptions => {
      return { ...NOTHING, manifest: devices(count), blocks: blocksOf(count) };
    };
    const last = devicesIn(qemuCommand(optionsOf(VIRTIO_DEVICES_MAX))).at(-1);
    assert.equal(last, 'virtio-blk-pci,drive=b31,bus=pci.0,addr=0x1f,romfile=');
    assert.throws(() => qemuCommand(optionsOf(VIRTIO_DEVICES_MAX + 1)), {
      code: 'DEVICE_INVALID',
      message: /at most 30 devices; this one asks for 31/,
    });
  });

  it('is none for sectors that its driver does not know', () => {
    const manifest = [{ name: 'storage', kind: 'block' }] as const;
    const blocks = [{ ...storage, sectorBytes: 4096 }];
    assert.throws(() => qemuCommand({ ...NOTHING, blocks, manifest }), {
      code: 'DEVICE_INVALID',
      message: /512 bytes; storage is to have 4096/,
    });
  });
});

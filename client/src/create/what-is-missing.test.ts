import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whatIsMissing, type DevicesThere } from './what-is-missing.ts';

const HELLO = parseUnikernelName('foo:hello');
const DATA = { label: 'data', usedBy: null };
const USED = { label: 'used', usedBy: parseUnikernelName('foo:other') };
const THERE: DevicesThere = { bridges: ['br0', 'br1'], blocks: [DATA, USED] };

const net = (name: string, bridge?: string) => ({
  nets: [{ name, bridge }],
  blocks: [],
});
const block = (name: string, device?: string) => ({
  nets: [],
  blocks: [{ name, device }],
});

describe('what devices need and the system lacks', () => {
  it('is nothing where it is there, or nobody knows', () => {
    for (const devices of [
      net('service', 'br1'),
      net('br0'),
      block('storage', 'data'),
      block('data'),
      block('storage', 'DATA'),
      block('storage', '/dev/zvol/pool/volume'),
      net('service', 'no bridge; at all'),
      block('storage', 'foo:data'),
    ])
      assert.equal(whatIsMissing(HELLO, devices, THERE), null);
    const unknown = { bridges: null, blocks: null };
    assert.equal(whatIsMissing(HELLO, net('service'), unknown), null);
    assert.equal(whatIsMissing(HELLO, block('storage'), unknown), null);
  });

  it('is told with what there is, and what would help', () => {
    const bridge = whatIsMissing(HELLO, net('service'), THERE);
    assert.equal(bridge?.code, 'BRIDGE_NOT_FOUND');
    assert.equal(
      bridge.message,
      'the host has no bridge service; it has br0, br1; for network service, name another with --net service:BRIDGE, or make it, as root: ip link add service type bridge; ip link set service up',
    );
    const device = whatIsMissing(HELLO, block('storage'), THERE);
    assert.equal(device?.code, 'BLOCK_NOT_FOUND');
    assert.equal(
      device.message,
      'there is no block device foo:storage; free beside it is data; for block storage, name another with --block storage:DEVICE, or make it: albatross create-block foo:storage MIB',
    );
    const hello = parseUnikernelName('hello');
    assert.match(
      whatIsMissing(hello, block('storage'), { bridges: null, blocks: [] })?.message ?? '',
      /free beside it is none; for block storage, make it: albatross create-block storage MIB$/,
    );
  });

  it('is told when another has it, but not to that one itself', () => {
    const missing = whatIsMissing(HELLO, block('storage', 'used'), THERE);
    assert.equal(missing?.code, 'BLOCK_IN_USE');
    assert.equal(
      missing.message,
      'the block device foo:used is used by the unikernel foo:other; free beside it is data; for block storage, name another with --block storage:DEVICE, or end that one: albatross destroy foo:other',
    );
    const other = parseUnikernelName('foo:other');
    assert.equal(whatIsMissing(other, block('storage', 'used'), THERE), null);
  });

  it('does not list a thousand others', () => {
    const blocks = Array.from({ length: 1000 }, (_, index) => ({
      label: `b${index}`,
      usedBy: null,
    }));
    const missing = whatIsMissing(HELLO, block('storage'), { bridges: null, blocks });
    assert.match(missing?.message ?? '', /free beside it is b0, .*, b7, and 992 more;/);
  });
});

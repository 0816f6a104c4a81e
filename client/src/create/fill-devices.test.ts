import { Failure } from '@albatross/shared/contracts/failures';
import type { Device } from '@albatross/solo5';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fillDevices, type GivenDevices } from './fill-devices.ts';

const NOTHING: GivenDevices = { nets: [], blocks: [] };
const BOTH: readonly Device[] = [
  { kind: 'net', name: 'service' },
  { kind: 'block', name: 'storage' },
];

describe('the devices of an image', () => {
  it('that nobody gave are on what is called as they are', () => {
    assert.deepEqual(fillDevices(BOTH, NOTHING), {
      nets: [{ name: 'service' }],
      blocks: [{ name: 'storage' }],
      filledIn: ['network service on bridge service', 'block storage is block device storage'],
    });
  });

  it('are left as they were given, and only the others are added', () => {
    const service = { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:01' };
    const filled = fillDevices(BOTH, { nets: [service], blocks: [] });
    assert.deepEqual(filled.nets, [service]);
    assert.deepEqual(filled.filledIn, ['block storage is block device storage']);
    const storage = { name: 'storage', device: 'data' };
    const all = { nets: [service], blocks: [storage] };
    assert.deepEqual(fillDevices(BOTH, all), { ...all, filledIn: [] });
    assert.deepEqual(fillDevices([], NOTHING), { ...NOTHING, filledIn: [] });
  });

  it('may have one name for a network and for a block device', () => {
    const same: readonly Device[] = [
      { kind: 'net', name: 'a' },
      { kind: 'block', name: 'a' },
    ];
    const { nets, blocks } = fillDevices(same, { nets: [{ name: 'a' }], blocks: [] });
    assert.deepEqual([nets, blocks], [[{ name: 'a' }], [{ name: 'a' }]]);
  });

  it('are named where one is given that is none of them, with what to write', () => {
    for (const [manifest, given, says] of [
      [
        BOTH,
        { nets: [{ name: 'servce' }], blocks: [] },
        /manifest has no net "servce"; it asks for net "service", block "storage": write --net service\[:BRIDGE\] --block storage\[:DEVICE\]$/,
      ],
      [BOTH, { nets: [], blocks: [{ name: 'service' }] }, /has no block "service"; /],
      [[], { nets: [{ name: 'a' }], blocks: [] }, /it asks for no devices: leave that out$/],
    ] as const)
      assert.throws(
        () => fillDevices(manifest, { nets: [...given.nets], blocks: [...given.blocks] }),
        (error: unknown) =>
          error instanceof Failure && error.code === 'DEVICES_MISMATCH' && says.test(error.message),
      );
  });

  it('with names that nothing of the host can have must be given', () => {
    const long = 'n'.repeat(16);
    assert.throws(() => fillDevices([{ kind: 'net', name: long }], NOTHING), {
      code: 'DEVICES_MISMATCH',
      message: new RegExp(`a name that no bridge can have; write --net ${long}:BRIDGE$`),
    });
    assert.throws(() => fillDevices([{ kind: 'block', name: 'b'.repeat(64) }], NOTHING), {
      message: /no block device can have; write --block b{64}:DEVICE$/,
    });
    const nets = [{ name: long, bridge: 'br0' }];
    assert.deepEqual(fillDevices([{ kind: 'net', name: long }], { nets, blocks: [] }).nets, nets);
  });
});

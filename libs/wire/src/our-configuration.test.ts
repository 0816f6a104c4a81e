import { MacError } from '@albatross/shared/domain/mac';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  configurationOf,
  startupPriorityOf,
  wireArgsOf,
  type Configuration,
} from './our-configuration.ts';
import { args } from './testing/arbitrary-config.ts';
import { MINIMAL_ARGS } from './testing/minimal-config.ts';

const FULL: Configuration = {
  memoryMib: 64,
  cpus: [0, 1],
  nets: [{ name: 'service', bridge: 'br0', mac: '02:00:00:00:00:2a' }, { name: 'other' }],
  blocks: [{ name: 'storage', device: 'data', sectorBytes: 512 }, { name: 'b2' }],
  startupPriority: 10,
  restart: { kind: 'on-exit', statuses: [1, 2] },
  arguments: ['--a=b'],
  addName: false,
  vcpus: 2,
  linuxBoot: 'msdos1',
};

describe('a configuration of the wire', () => {
  it('is the same as ours, and back', () => {
    const written = wireArgsOf(FULL);
    assert.deepEqual(written, {
      memory: 64,
      cpuids: [0, 1],
      nets: [
        { name: 'service', bridge: 'br0', mac: '02:00:00:00:00:2a' },
        { name: 'other', bridge: null, mac: null },
      ],
      blocks: [
        { name: 'storage', device: 'data', sectorSize: 512 },
        { name: 'b2', device: null, sectorSize: null },
      ],
      startup: 10,
      fail: { kind: 'restart', codes: [1, 2] },
      arguments: ['--a=b'],
      addName: false,
      vcpus: 2,
      linuxBoot: 'msdos1',
    });
    assert.deepEqual(configurationOf(written), FULL);
  });

  it('says as little as the original does where nothing was asked for', () => {
    assert.deepEqual(wireArgsOf({}), MINIMAL_ARGS);
    assert.deepEqual(wireArgsOf(configurationOf(MINIMAL_ARGS)), MINIMAL_ARGS);
  });

  it('loses nothing but what can never matter', () => {
    fc.assert(
      fc.property(args, (written) => {
        // All zero, or of a group: such an address is none, and is refused by who takes the request.
        const nets = written.nets.map((net) => ({ ...net, mac: null }));
        const again = wireArgsOf(configurationOf({ ...written, nets }));
        // Values, whatever their prototypes.
        const blocks = written.blocks.map((block) => ({ ...block }));
        const { startup: _, fail: __, ...rest } = { ...written, nets, blocks };
        assert.deepEqual(
          { ...rest, startup: null, fail: null },
          { ...again, startup: null, fail: null },
        );
        assert.equal(startupPriorityOf(again), startupPriorityOf(written));
      }),
    );
  });

  it('has sets in their order', () => {
    const { cpuids, fail } = wireArgsOf({
      cpus: [2, 0, 2],
      restart: { kind: 'on-exit', statuses: [9, 3, 9] },
    });
    assert.deepEqual([cpuids, fail], [[0, 2], { kind: 'restart', codes: [3, 9] }]);
  });

  it('is restarted after the same statuses', () => {
    const after = (codes: readonly number[]): unknown =>
      configurationOf({ ...MINIMAL_ARGS, fail: { kind: 'restart', codes } }).restart;
    assert.deepEqual(after([]), { kind: 'on-exit', statuses: [] });
    assert.deepEqual(after([-1, 7, 300]), { kind: 'on-exit', statuses: [7] });
    // None of these ever happens, so nothing is ever restarted.
    assert.deepEqual(after([-1, 300]), { kind: 'never' });
  });

  it('that is before all others stays so', () => {
    assert.equal(startupPriorityOf({ startup: -7 }), 0);
    assert.equal(startupPriorityOf({ startup: 0 }), 0);
    assert.equal(startupPriorityOf({ startup: null }), 50);
  });

  it('has addresses of six bytes', () => {
    const written = wireArgsOf({ nets: [{ name: 'a', mac: '02-00-00-00-00-AB' }] });
    assert.equal(written.nets[0]?.mac, '02:00:00:00:00:ab');
    assert.throws(() => wireArgsOf({ nets: [{ name: 'a', mac: '02:00' }] }), MacError);
  });
});

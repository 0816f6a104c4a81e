import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accessFor, tenderGroups } from './device-access.ts';

describe('the groups that open a device to an ordinary user', () => {
  const table: readonly [string, { mode: number; gid: number }, readonly number[] | null][] = [
    ['none is needed when everybody may', { mode: 0o20666, gid: 0 }, []],
    ['none is needed when everybody may, whatever its group', { mode: 0o20666, gid: 104 }, []],
    ['its own, when that may', { mode: 0o20660, gid: 104 }, [104]],
    ["never root's", { mode: 0o20660, gid: 0 }, null],
    ['none does when only its owner may', { mode: 0o20600, gid: 104 }, null],
    ['none does when the group may only read', { mode: 0o20640, gid: 104 }, null],
    ['none does when others may only read', { mode: 0o20604, gid: 104 }, null],
    [
      'none does when reading and writing are for different people',
      { mode: 0o20642, gid: 1 },
      null,
    ],
  ];
  for (const [what, node, groups] of table)
    it(what, () => assert.deepEqual(accessFor(node), groups));
});

describe('tenderGroups', () => {
  for (const target of ['spt', 'virtio'] as const) {
    it(`asks nothing of the machine for ${target} without networks`, () => {
      for (const changesUser of [true, false])
        assert.deepEqual(tenderGroups({ target, hasNets: false }, changesUser), []);
    });
  }

  const closed = [
    ['hvt', false, '/dev/kvm', /\/dev\/kvm.*modprobe kvm.*chmod/],
    ['spt', true, '/dev/net/tun', /\/dev\/net\/tun.*modprobe tun.*chmod/],
    ['virtio', true, '/dev/net/tun', /\/dev\/net\/tun.*modprobe tun.*chmod/],
  ] as const;
  for (const [target, hasNets, device, message] of closed) {
    it(`answers for ${target} and ${device}, or says that it is closed and how to mend it`, () => {
      for (const changesUser of [true, false]) {
        const answer = answerOf(() => tenderGroups({ target, hasNets }, changesUser));
        if (answer instanceof Failure) {
          assert.equal(answer.code, 'DEVICE_ACCESS');
          assert.match(answer.message, message);
          assert.deepEqual(answer.details, { device });
        } else assert.ok(Array.isArray(answer));
      }
    });
  }
});

function answerOf(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    return error;
  }
}

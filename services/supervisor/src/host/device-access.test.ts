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
    it(`asks nothing of the machine for ${target}`, async () => {
      assert.deepEqual(await tenderGroups(target, true), []);
      assert.deepEqual(await tenderGroups(target, false), []);
    });
  }

  it('answers for hvt, or says which device is closed and how to mend it', async () => {
    const answer = await tenderGroups('hvt', true).catch((error: unknown) => error);
    if (answer instanceof Failure) {
      assert.equal(answer.code, 'DEVICE_ACCESS');
      assert.match(answer.message, /\/dev\/kvm.*chmod/);
      assert.deepEqual(answer.details, { device: '/dev/kvm' });
    } else assert.ok(Array.isArray(answer));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUnikernelName } from './name.ts';
import { guestArguments, holdsResources, isTenderTarget } from './unikernel.ts';

describe('what a guest is given', () => {
  const given = { name: parseUnikernelName('foo:web'), arguments: ['--ip=10.0.0.2', ''] };

  it('begins with its own label, without the path, unless that is not wanted', () => {
    assert.deepEqual(guestArguments({ ...given, addName: true }), [
      '--name=web',
      '--ip=10.0.0.2',
      '',
    ]);
    assert.deepEqual(guestArguments({ ...given, addName: false }), ['--ip=10.0.0.2', '']);
  });
});

describe('a unikernel', () => {
  it('holds its resources from the start until it ended', () => {
    for (const state of ['starting', 'running', 'stopping'] as const) {
      assert.equal(holdsResources(state), true, state);
    }
    for (const state of ['exited', 'failed'] as const) {
      assert.equal(holdsResources(state), false, state);
    }
  });

  it('has a tender for the targets we know, and none for what every object inherits', () => {
    for (const target of ['hvt', 'spt', 'virtio']) assert.equal(isTenderTarget(target), true);
    for (const target of ['muen', 'xen', '', 'HVT', 'toString', '__proto__']) {
      assert.equal(isTenderTarget(target), false, target);
    }
  });
});

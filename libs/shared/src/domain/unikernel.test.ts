import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUnikernelName } from './name.ts';
import { guestArguments, holdsResources, isTenderTarget } from './unikernel.ts';

describe('what a guest is given', () => {
  const given = { name: parseUnikernelName('foo:web'), arguments: ['--ip=10.0.0.2', ''] };

  it('begins with its own label, without the path, unless that is not wanted', () => {
    const named = guestArguments({ ...given, addName: true }, 'label');
    assert.deepEqual(named, ['--name=web', '--ip=10.0.0.2', '']);
    const plain = guestArguments({ ...given, addName: false }, 'label');
    assert.deepEqual(plain, ['--ip=10.0.0.2', '']);
  });

  it('begins with the whole name where that is wanted, in the form the original has', () => {
    assert.equal(guestArguments({ ...given, addName: true }, 'full')[0], '--name=foo:web');
    const atRoot = { ...given, name: parseUnikernelName('web'), addName: true };
    assert.equal(guestArguments(atRoot, 'full')[0], '--name=:web');
  });
});

describe('a unikernel', () => {
  it('holds its resources from the start until it ended', () => {
    for (const state of ['starting', 'running', 'stopping', 'backing-off', 'stopped'] as const) {
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

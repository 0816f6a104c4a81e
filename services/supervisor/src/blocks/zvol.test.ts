import type { PathName, UnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireZvol } from './zvol.ts';

const allowed = ['foo:', 'a:b:'] as PathName[];
const denied = { code: 'ZVOL_DENIED' };
const require = (owner: string, device: string): void =>
  requireZvol(owner as UnikernelName, device, allowed);

describe('a ZFS volume', () => {
  it('may be used by unikernels of exactly the paths that are allowed', () => {
    require('foo:web', '/dev/zvol/tank/web');
    require('a:b:web', '/dev/zvol/tank/some.folder/web-1_x:y');
  });

  for (const owner of ['web', 'a:web', 'a:b:c:web', 'foo:bar:web', 'fo:web'])
    it(`may not be used by ${owner}`, () => {
      assert.throws(() => require(owner, '/dev/zvol/tank/web'), denied);
    });

  for (const device of [
    '/dev/zvol/../sda',
    '/dev/zvol/tank/../../sda',
    '/dev/zvol/tank/..',
    '/dev/zvol/./tank',
    '/dev/zvol//tank',
    '/dev/zvol/tank/',
    '/dev/zvol/',
    '/dev/zvol/tank/a\0b',
    '/dev/zvol/tank/a b',
    '/dev/zvol',
    '/dev/zvolx/tank',
    '/dev/sda',
    '/etc/shadow',
    '/',
  ])
    it(`is nothing like ${JSON.stringify(device)}`, () => {
      assert.throws(() => require('foo:web', device), denied);
    });

  it('may not be used in the root unless that is allowed', () => {
    assert.throws(() => require('web', '/dev/zvol/tank/web'), denied);
    requireZvol('web' as UnikernelName, '/dev/zvol/tank/web', [':' as PathName]);
  });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { requireLinux } from './platform.ts';

it('the supervisor says on another system than Linux what is missing there', () => {
  requireLinux('linux');
  assert.throws(() => requireLinux('freebsd'), {
    name: 'StartError',
    message:
      /^the supervisor runs on Linux only, and this is freebsd: .* see deploy\/freebsd\/README\.md$/,
  });
  assert.throws(() => requireLinux('darwin'), {
    name: 'StartError',
    message: 'the supervisor runs on Linux only, and this is darwin',
  });
});

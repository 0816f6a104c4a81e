import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { describeDevices } from './device.ts';

describe('describeDevices', () => {
  it('names each device with its kind, in their order', () => {
    const service = { name: 'service', kind: 'net' } as const;
    const storage = { name: 'storage', kind: 'block' } as const;
    assert.equal(describeDevices([service, storage]), 'net "service", block "storage"');
  });

  it('says that there are none', () => {
    assert.equal(describeDevices([]), 'no devices');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceFinding, lookAtDevice, whyNotOpen, type DeviceNode } from './device-access.ts';

function node(mode: number, gid: number, more: Partial<DeviceNode> = {}): DeviceNode {
  const looked = { kind: 'there', type: 'device', mode, uid: 0, gid } as const;
  return { path: '/dev/x', node: looked, hasDriver: true, isOpenToAsker: false, ...more };
}

describe('a device node', () => {
  it("opens to tenders' own users when everybody may open it, or a group that is not root's", () => {
    for (const [mode, gid] of [
      [0o666, 0],
      [0o660, 106],
      [0o606, 0],
    ] as const)
      assert.equal(whyNotOpen(node(mode, gid), 'own'), null);
    for (const [mode, gid] of [
      [0o600, 0],
      [0o660, 0],
      [0o640, 106],
      [0o664, 0],
    ] as const)
      assert.match(
        whyNotOpen(node(mode, gid), 'own') ?? '',
        /^tenders may not open \/dev\/x: its mode/,
      );
  });

  it('opens to the tenders of an ordinary user when it opens to him', () => {
    assert.equal(whyNotOpen(node(0o600, 0, { isOpenToAsker: true }), 'asker'), null);
    assert.match(whyNotOpen(node(0o666, 0), 'asker') ?? '', /^this user may not open/);
  });

  it('that is missing, hidden, or no device opens to nobody', () => {
    const missing = node(0, 0, { node: { kind: 'missing' } });
    assert.equal(whyNotOpen(missing, 'own'), 'there is no /dev/x');
    const hidden = node(0, 0, { node: { kind: 'hidden', code: 'EACCES' } });
    assert.match(whyNotOpen(hidden, 'own') ?? '', /EACCES/);
    const looked = { kind: 'there', type: 'file', mode: 0o666, uid: 0, gid: 0 } as const;
    assert.equal(whyNotOpen(node(0, 0, { node: looked }), 'own'), '/dev/x is no device');
  });

  it('is a finding with what mends it unless it opens', () => {
    assert.equal(deviceFinding('tun', node(0o666, 0), 'own', 'chmod').level, 'ok');
    assert.deepEqual(deviceFinding('tun', node(0o600, 0), 'own', 'chmod'), {
      level: 'fail',
      check: 'tun',
      text: 'tenders may not open /dev/x: its mode is 600, its group 0',
      mend: 'chmod',
    });
  });

  it('is looked at where it is', async () => {
    const found = await lookAtDevice('/dev/null', 'no-such-driver');
    assert.equal(whyNotOpen(found, 'own'), null);
    assert.equal(whyNotOpen(found, 'asker'), null);
    assert.equal(found.hasDriver, false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeviceNode } from './device-access.ts';
import { judgeKvm } from './kvm.ts';

const KVM: DeviceNode = {
  path: '/dev/kvm',
  node: { kind: 'there', type: 'device', mode: 0o660, uid: 0, gid: 106 },
  hasDriver: true,
  isOpenToAsker: false,
};
const MISSING: DeviceNode = { ...KVM, node: { kind: 'missing' }, hasDriver: false };

describe('the finding about KVM', () => {
  it('is well when tenders may open it', () => {
    assert.equal(judgeKvm(KVM, 'own', true).level, 'ok');
  });

  it('fails where solo5-hvt needs it, and else only warns', () => {
    assert.equal(judgeKvm(MISSING, 'own', true).level, 'fail');
    assert.equal(judgeKvm(MISSING, 'own', false).level, 'warn');
  });

  it('tells a node without a driver from one that is closed', () => {
    const bare = judgeKvm({ ...KVM, hasDriver: false }, 'own', true);
    assert.match(bare.text, /no driver for it is loaded/);
    assert.match(mendOf(bare), /^sudo modprobe kvm_intel/);
    const node = { kind: 'there', type: 'device', mode: 0o600, uid: 0, gid: 0 } as const;
    assert.match(mendOf(judgeKvm({ ...KVM, node }, 'own', true)), /^sudo chgrp kvm/);
  });

  it('has an ordinary user join the group that may', () => {
    assert.match(mendOf(judgeKvm(KVM, 'asker', true)), /^sudo usermod -aG/);
    const node = { kind: 'there', type: 'device', mode: 0o600, uid: 0, gid: 0 } as const;
    const closed = judgeKvm({ ...KVM, node }, 'asker', true);
    assert.match(mendOf(closed), /^sudo chgrp kvm .* && sudo usermod -aG kvm "\$USER"$/);
  });
});

function mendOf(finding: ReturnType<typeof judgeKvm>): string {
  return finding.level === 'ok' ? '' : finding.mend;
}

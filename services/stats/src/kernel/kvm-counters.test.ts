import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FakeKernel } from '../testing/fake-kernel.ts';
import { KvmCounters } from './kvm-counters.ts';

describe('the counters of KVM', () => {
  it('are those of the machine that the process has made, less those of single CPUs', async () => {
    await using fake = await FakeKernel.make();
    fake.write('sys/kernel/debug/kvm/170-9/exits', '1\n');
    fake.write('sys/kernel/debug/kvm/17-9/exits', '123\n');
    fake.write('sys/kernel/debug/kvm/17-9/halt_exits', '18446744073709551615\n');
    fake.write('sys/kernel/debug/kvm/17-9/histogram', '1 2 3\n');
    fake.write('sys/kernel/debug/kvm/17-9/vcpu0/pid', '17\n');
    fake.write('sys/kernel/debug/kvm/exits', '124\n');
    const kvm = new KvmCounters(fake.kernel);
    assert.deepEqual(kvm.read(17), { exits: 123, halt_exits: 2 ** 64 });
    assert.equal(kvm.read(7), null);
  });

  it('are null where there is no debugfs, or nothing in it', async () => {
    await using fake = await FakeKernel.make();
    const kvm = new KvmCounters(fake.kernel);
    assert.equal(kvm.read(17), null);
    fake.write('sys/kernel/debug/kvm/17-9/vcpu0/pid', '17\n');
    kvm.refresh();
    assert.equal(kvm.read(17), null);
  });

  it('are found of a machine that was begun since, once they are looked up anew', async () => {
    await using fake = await FakeKernel.make();
    const kvm = new KvmCounters(fake.kernel);
    assert.equal(kvm.read(17), null);
    fake.write('sys/kernel/debug/kvm/17-9/exits', '1\n');
    assert.equal(kvm.read(17), null);
    kvm.refresh();
    assert.deepEqual(kvm.read(17), { exits: 1 });
    fake.remove('sys/kernel/debug/kvm/17-9');
    assert.equal(kvm.read(17), null);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Host } from './kernel/host.ts';
import { NetDeviceTable } from './kernel/net-device-table.ts';
import { Nets, NetsSeen } from './nets.ts';
import { ProcessTable } from './process-table.ts';
import { SampledProcess } from './sampled-process.ts';
import { FakeKernel } from './testing/fake-kernel.ts';
import { unikernel } from './testing/names.ts';
import { Told } from './testing/told.ts';
import { Troubles } from './troubles.ts';

function processWith(taps: readonly string[], fake: FakeKernel, told: Told): SampledProcess {
  const { kernel } = fake;
  using host = new Host(kernel, (error) => assert.fail(String(error)));
  const process = new ProcessTable({ kernel, host, log: told.log }).open({
    name: unikernel('hello'),
    life: 1,
    nets: taps.map((tap) => ({ name: `of ${tap}`, tap })),
    identity: fake.setProcess(17),
  });
  return process instanceof SampledProcess ? process : assert.fail(process);
}

/** What the kernel answers, one table after the other. */
function seenOf(...tables: readonly (NetDeviceTable | null)[]) {
  const left = [...tables];
  return new NetsSeen(() => left.shift() ?? assert.fail('it is read too often'));
}

function tableOf(...taps: readonly string[]): NetDeviceTable {
  const text = taps.map((tap) => `${tap}: ${'1 '.repeat(16)}`).join('\n');
  return new NetDeviceTable(Buffer.from(text));
}

describe('the taps of processes', () => {
  it('are looked for twice before they are believed to be gone', async () => {
    await using fake = await FakeKernel.make();
    const told = new Told();
    for (const tap of ['tap1', 'tap2']) fake.setTap(tap);
    using process = processWith(['tap1', 'tap2'], fake, told);
    const seen = seenOf(tableOf('tap1'), tableOf('tap1', 'tap2'));
    assert.equal(seen.sample(process, true).length, 2);
    assert.deepEqual(told.take(), []);
  });

  it('are not looked for twice again once they are known to be gone', async () => {
    await using fake = await FakeKernel.make();
    const told = new Told();
    fake.setTap('tap1');
    using process = processWith(['tap1', 'tap2'], fake, told);
    assert.equal(seenOf(tableOf('tap1'), tableOf('tap1')).sample(process, true).length, 1);
    assert.equal(seenOf(tableOf('tap1')).sample(process, true).length, 1);
    assert.deepEqual(told.take(), ['a tap is gone']);
  });

  it('have the MTU and flags they had, until they are read whole', async () => {
    await using fake = await FakeKernel.make();
    const told = new Told();
    fake.setTap('tap1');
    using process = processWith(['tap1'], fake, told);
    using nets = new Nets({ kernel: fake.kernel, troubles: new Troubles(told.log) });
    const mtu = (isWhole: boolean) => nets.look([process]).sample(process, isWhole)[0]?.mtu;
    assert.equal(mtu(false), 1500);
    fake.write('sys/class/net/tap1/mtu', '9000\n');
    assert.equal(mtu(false), 1500);
    assert.equal(mtu(true), 9000);
    fake.remove('sys/class/net/tap1');
    assert.equal(mtu(true), 9000);
    assert.deepEqual(told.take(), ['a tap cannot be read']);
  });

  it('are not looked for where there are none', async () => {
    await using fake = await FakeKernel.make();
    const told = new Told();
    fake.remove('proc/net/dev');
    using process = processWith([], fake, told);
    using nets = new Nets({ kernel: fake.kernel, troubles: new Troubles(told.log) });
    assert.deepEqual(nets.look([process]).sample(process, true), []);
    assert.deepEqual(told.take(), []);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { BOOTED_AT_S, FakeKernel } from '../testing/fake-kernel.ts';
import { Host, parseCpuTimes } from './host.ts';
import { readKernel } from './kernel.ts';

const kibibytes = (key: string): number =>
  Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);

describe('the host', () => {
  it('tells of the machine what the kernel does', () => {
    using host = new Host(readKernel(), (error) => assert.fail(String(error)));
    const { newest } = host;
    const online = readFileSync('/proc/stat', 'utf8').match(/^cpu\d+/gm)?.length;
    assert.equal(newest.cpus, online);
    assert.equal(newest.cpuShare, null);
    assert.equal(newest.memoryBytes, kibibytes('MemTotal') * 1024);
    const available = kibibytes('MemAvailable') * 1024;
    assert.ok(Math.abs(newest.memoryAvailableBytes - available) < newest.memoryBytes / 10);
    const uptimeS = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    assert.ok(Math.abs(newest.uptimeS - uptimeS) < 5);
    assert.equal(newest.load.length, 3);
    assert.ok(Math.abs(host.bootedAt + uptimeS * 1000 - Date.now()) < 5000);
  });

  it('tells how many CPUs were busy between two samples', async () => {
    await using fake = await FakeKernel.make();
    fake.setCpuTimes({ busy: 100, idle: 900 });
    using host = new Host(fake.kernel, (error) => assert.fail(String(error)));
    assert.equal(host.bootedAt, BOOTED_AT_S * 1000);
    fake.setCpuTimes({ busy: 400, idle: 1000 });
    host.sample();
    assert.deepEqual([host.newest.cpus, host.newest.cpuShare], [2, 1.5]);
    host.sample();
    assert.equal(host.newest.cpuShare, null);
  });

  it('goes on where the times of the CPUs cannot be read', async () => {
    await using fake = await FakeKernel.make();
    fake.write('proc/stat', 'nothing of the kind\n');
    const unread: unknown[] = [];
    using host = new Host(fake.kernel, (error) => unread.push(error));
    host.sample();
    assert.equal(unread.length, 2);
    assert.ok(host.newest.cpus >= 1 && host.newest.memoryBytes > 0);
    assert.equal(host.newest.cpuShare, null);
    assert.ok(host.bootedAt > 0);
    fake.setCpuTimes({ busy: 100, idle: 900 });
    host.sample();
    assert.equal(host.newest.cpus, 2);
    assert.equal(host.bootedAt, BOOTED_AT_S * 1000);
  });

  it('throws for times of another shape', () => {
    for (const text of ['', 'cpu  1 2 3\ncpu0 1\nbtime 1\n', 'cpu  1 2 3 4 5 6 7 8\nbtime 1\n'])
      assert.throws(() => parseCpuTimes(text), /unknown shape/);
  });
});

import { eventually } from '@albatross/shared/bus/testing/asserts';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { FakeKernel } from '../testing/fake-kernel.ts';
import { Sleeper } from '../testing/processes.ts';
import { readKernel, type Kernel } from './kernel.ts';
import { KeptFiles } from './kept-text.ts';
import { identify, ProcessReader, type ProcessIdentity } from './process-reader.ts';

const openFiles = (): number => readdirSync('/proc/self/fd').length;

function open(identity: ProcessIdentity, kernel: Kernel, unread: string[] = []): ProcessReader {
  const reader = ProcessReader.open(identity, {
    kernel,
    keptFiles: new KeptFiles(kernel),
    onUnread: (file) => unread.push(file),
  });
  return reader instanceof ProcessReader ? reader : assert.fail(reader);
}

describe('a reader of a real process', () => {
  const kernel = readKernel();

  it('tells what the kernel tells', async () => {
    using reader = open(identify(process.pid, kernel) ?? assert.fail(), kernel);
    const first = reader.read(true) ?? assert.fail();
    assert.equal(first.cpuShare, null);
    assert.ok(first.threads > 1 && first.vsizeBytes > first.rssBytes);
    assert.ok(Math.abs(first.rssBytes - process.memoryUsage().rss) < 32 * 2 ** 20);
    assert.ok((first.maxRssBytes ?? 0) >= first.rssBytes);
    assert.ok((first.readBytes ?? -1) >= 0);
    const { utimeUs, stimeUs } = first;
    const { user, system } = process.cpuUsage();
    assert.ok(Math.abs(user + system - utimeUs - stimeUs) < 1_000_000);
    await eventually('it has worked', () => (reader.read(false)?.cpuShare ?? 0) > 0);
  });

  it('knows when it was begun', async (t) => {
    const sleeper = await Sleeper.start(t);
    const [uptimeS = 0] = execFileSync('cat', ['/proc/uptime']).toString().split(' ').map(Number);
    const { startTicks } = sleeper.identity(kernel);
    assert.ok(Math.abs(uptimeS - startTicks / kernel.ticksPerSecond) < 5);
  });

  it('is null once it has ended', async (t) => {
    const sleeper = await Sleeper.start(t);
    using reader = open(sleeper.identity(kernel), kernel);
    assert.ok(reader.read(true) !== null);
    await sleeper.end();
    assert.equal(reader.read(true), null);
    assert.equal(reader.read(false), null);
  });

  it('is none for another process with its pid, or of another boot', async (t) => {
    const sleeper = await Sleeper.start(t);
    const identity = sleeper.identity(kernel);
    const before = openFiles();
    const opened = (one: ProcessIdentity) =>
      ProcessReader.open(one, { kernel, keptFiles: new KeptFiles(kernel), onUnread: assert.fail });
    assert.equal(opened({ ...identity, startTicks: identity.startTicks + 1 }), 'another');
    assert.equal(opened({ ...identity, bootId: 'another' }), 'gone');
    assert.equal(opened({ ...identity, pid: 2 ** 30 }), 'gone');
    assert.equal(identify(2 ** 30, kernel), null);
    await sleeper.end();
    assert.equal(opened(identity), 'gone');
    assert.equal(identify(identity.pid, kernel), null);
    assert.equal(openFiles(), before);
  });

  it('reads processes of the kernel, which have no memory', (t) => {
    const identity = identify(2, kernel);
    if (identity === null) return t.skip('there is no process 2 here');
    using reader = open(identity, kernel);
    const { rssBytes, maxRssBytes } = reader.read(true) ?? assert.fail();
    if (rssBytes > 0) return t.skip('process 2 is none of the kernel here');
    assert.equal(maxRssBytes, null);
  });
});

describe('a reader of a process', () => {
  it('tells every value in its unit', async () => {
    await using fake = await FakeKernel.make();
    using reader = open(fake.setProcess(17), fake.kernel);
    assert.deepEqual(reader.read(true), {
      utimeUs: 1_500_000,
      stimeUs: 20_000,
      cpuShare: null,
      minorFaults: 11,
      majorFaults: 12,
      threads: 3,
      vsizeBytes: 1_048_576,
      rssBytes: 40_960,
      maxRssBytes: 81_920,
      textBytes: 12_288,
      dataBytes: 81_920,
      swaps: 0,
      voluntarySwitches: 5,
      involuntarySwitches: 6,
      readBytes: 512,
      writtenBytes: 1024,
    });
  });

  it('finds out between two readings how many CPUs it kept busy', async () => {
    await using fake = await FakeKernel.make();
    using reader = open(fake.setProcess(17, { utimeTicks: 100, stimeTicks: 100 }), fake.kernel);
    assert.equal(reader.read(true)?.cpuShare, null);
    fake.nowMs += 10_000;
    fake.setProcess(17, { utimeTicks: 1000, stimeTicks: 700 });
    assert.equal(reader.read(false)?.cpuShare, 1.5);
    // The kernel corrects itself, by a tick.
    fake.nowMs += 10_000;
    fake.setProcess(17, { utimeTicks: 999, stimeTicks: 700 });
    assert.equal(reader.read(false)?.cpuShare, 0);
  });

  it('reads what is dear only when it is told to, and never less memory than there is now', async () => {
    await using fake = await FakeKernel.make();
    using reader = open(fake.setProcess(17), fake.kernel);
    reader.read(true);
    fake.setProcess(17, { rssPages: 100 });
    fake.write('proc/17/io', 'read_bytes: 1000000\nwrite_bytes: 0\n');
    const next = reader.read(false);
    assert.deepEqual([next?.readBytes, next?.rssBytes, next?.maxRssBytes], [512, 409_600, 409_600]);
    assert.equal(reader.read(true)?.readBytes, 1_000_000);
  });

  it('goes on without a file that cannot be read', async () => {
    await using fake = await FakeKernel.make();
    const unread: string[] = [];
    using reader = open(fake.setProcess(17), fake.kernel, unread);
    fake.remove('proc/17/io');
    const { readBytes, textBytes, maxRssBytes } = reader.read(true) ?? assert.fail();
    assert.deepEqual([readBytes, textBytes, maxRssBytes], [null, 12_288, 81_920]);
    assert.deepEqual(unread, []);
    fake.remove('proc/17/status');
    fake.write('proc/17/status/directory', '');
    const next = reader.read(true) ?? assert.fail();
    assert.deepEqual([next.textBytes, next.maxRssBytes, next.rssBytes], [null, null, 40_960]);
    assert.deepEqual(unread, ['status']);
  });

  it('is of a process of which one thread runs still', async () => {
    await using fake = await FakeKernel.make();
    using reader = open(fake.setProcess(17, { state: 'Z', threads: 2 }), fake.kernel);
    assert.ok(reader.read(true) !== null);
    fake.setProcess(17, { state: 'Z', threads: 1 });
    assert.equal(reader.read(true), null);
  });
});

import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ShellHost, type ShellHostOptions } from '../testing/shell-host.ts';
import { scratchCgroup } from '../testing/scratch-cgroup.ts';
import { OVERHEAD_MIB } from './cgroups.ts';
import { detectCgroup, type CgroupFinding } from './detect-cgroup.ts';

const OWN = '/system.slice/albatross-supervisor.service';
const PID = 4242;
const life = { unikernel: parseUnikernelName('hello'), number: 7 };

/** A tree of plain files: what is written stays as it was written, and folders do not go with their files. */
let root: string;
let selfCgroupFile: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'albatross-cgroup-'));
  selfCgroupFile = join(root, 'self');
});
afterEach(() => rmSync(root, { recursive: true }));

const base = (): string => join(root, OWN);
const detect = (): CgroupFinding => detectCgroup({ root, selfCgroupFile, pid: PID });
const shown = (...path: readonly string[]): string =>
  readFileSync(join(base(), ...path), 'utf8').trim();

function make(options: { controllers?: string; processes?: string; own?: string } = {}): void {
  mkdirSync(base(), { recursive: true });
  writeFileSync(selfCgroupFile, `4:memory:/else\n0::${options.own ?? OWN}\n`);
  writeFileSync(join(base(), 'cgroup.controllers'), `${options.controllers ?? 'cpu io memory'}\n`);
  writeFileSync(join(base(), 'cgroup.procs'), options.processes ?? `${PID}\n`);
  writeFileSync(join(base(), 'cgroup.subtree_control'), '');
}

function whyNot(): string {
  const found = detect();
  return found.kind === 'unusable' ? found.why : 'it is usable';
}

describe('a cgroup that was given to us', () => {
  it('is divided, ourselves in a leaf of it, which others cannot keep from working', () => {
    make();
    assert.equal(detect().kind, 'usable');
    assert.equal(shown('supervisor', 'cgroup.procs'), String(PID));
    assert.equal(shown('cgroup.subtree_control'), '+memory +cpu');
    assert.equal(shown('supervisor', 'cpu.weight'), '1000');
  });

  it('is found again by a supervisor that was put into its leaf', () => {
    make({ own: `${OWN}/supervisor`, processes: '' });
    mkdirSync(join(base(), 'supervisor'));
    assert.equal(detect().kind, 'usable');
    assert.equal(shown('cgroup.subtree_control'), '+memory +cpu');
    assert.ok(!existsSync(join(base(), 'supervisor', 'supervisor')));
  });

  it('is good without the controller of CPUs', () => {
    make({ controllers: 'memory pids' });
    assert.equal(detect().kind, 'usable');
    assert.equal(shown('cgroup.subtree_control'), '+memory');
    assert.ok(!existsSync(join(base(), 'supervisor', 'cpu.weight')));
  });

  it('has one more for each life, with room for its guest and its tender', async () => {
    make();
    const found = detect();
    assert.ok(found.kind === 'usable');
    await found.cgroups.make(life, { target: 'spt', memoryMib: 100 });
    const path = found.cgroups.pathOf(life);
    assert.equal(path, join(base(), 'life-7'));
    assert.equal(shown('life-7', 'memory.max'), String((100 + OVERHEAD_MIB.spt) * 2 ** 20));
    // Of a kernel without swap; one that has it has the file, too.
    assert.ok(!existsSync(join(path, 'memory.swap.max')));
    rmSync(join(path, 'memory.max'));
    await found.cgroups.remove(life);
    await found.cgroups.remove(life);
    assert.ok(!existsSync(path));
  });

  it('limits a life anew that was started by a supervisor before, and makes none that is not there', async () => {
    make();
    const found = detect();
    assert.ok(found.kind === 'usable');
    const config = { target: 'spt', memoryMib: 100 } as const;
    await found.cgroups.renew(life, config);
    assert.ok(!existsSync(join(base(), 'life-7')));
    await found.cgroups.make(life, config);
    writeFileSync(join(base(), 'life-7', 'memory.max'), 'max\n');
    await found.cgroups.renew(life, config);
    assert.equal(shown('life-7', 'memory.max'), String((100 + OVERHEAD_MIB.spt) * 2 ** 20));
  });

  it('has qemu room for what it translates', () => {
    assert.ok(OVERHEAD_MIB.virtio > OVERHEAD_MIB.spt + 64);
  });

  it('cannot have two of one life, and says why', async () => {
    make();
    const found = detect();
    assert.ok(found.kind === 'usable');
    mkdirSync(join(base(), 'life-7', 'busy'), { recursive: true });
    const making = found.cgroups.make(life, { target: 'spt', memoryMib: 100 });
    await assert.rejects(making, { code: 'TENDER_FAILED', message: /cgroup .*EEXIST/ });
  });

  it('is cleared of those that nobody is in any more', async () => {
    make();
    const found = detect();
    assert.ok(found.kind === 'usable');
    for (const name of ['life-1', 'life-2', 'other']) mkdirSync(join(base(), name));
    await found.cgroups.removeUnused();
    const left = ['life-1', 'life-2', 'other', 'supervisor'].filter((name) =>
      existsSync(join(base(), name)),
    );
    assert.deepEqual(left, ['other', 'supervisor']);
  });
});

describe('a cgroup that we cannot use is left as it is, and we say why', () => {
  it('when there are none of version 2', () => {
    writeFileSync(selfCgroupFile, '4:memory:/else\n1:name=systemd:/\n');
    assert.equal(whyNot(), 'this host has no cgroups of version 2');
  });

  it('when they are not where we look', () => {
    writeFileSync(selfCgroupFile, `0::${OWN}\n`);
    assert.match(whyNot(), /there is no .*cgroup\.controllers/);
  });

  it('when memory cannot be limited there', () => {
    make({ controllers: 'cpu io' });
    assert.match(whyNot(), /"memory" was not given to/);
    assert.ok(!existsSync(join(base(), 'supervisor')));
  });

  it('when others are in it', () => {
    make({ processes: `17\n${PID}\n` });
    assert.match(whyNot(), /not ours alone: process 17 is in it too/);
    assert.ok(!existsSync(join(base(), 'supervisor')));
  });

  it('when we may not change it', () => {
    make();
    rmSync(join(base(), 'cgroup.subtree_control'));
    mkdirSync(join(base(), 'cgroup.subtree_control'));
    assert.match(whyNot(), /EISDIR/);
    assert.equal(shown('cgroup.procs'), String(PID));
  });

  it('when we cannot even ask', () => assert.match(whyNot(), /ENOENT/));
});

/** For whatever life. */
function cgroupsAt(path: string): ShellHostOptions['cgroups'] & object {
  return { make: async () => undefined, remove: async () => undefined, pathOf: () => path };
}

describe('the cgroups of this machine', () => {
  it('take a tender in, and not its keeper', async (t) => {
    const cgroup = scratchCgroup(t);
    if ('why' in cgroup) return t.skip(cgroup.why);
    const cgroups = cgroupsAt(cgroup.path);
    await using shell = await ShellHost.make({ cgroups });
    const { record } = await shell.start('exec sleep 100');
    assert.equal(readFileSync(join(cgroup.path, 'cgroup.procs'), 'utf8'), `${record.pid}\n`);
    shell.host.signal(record, 'SIGKILL');
  });

  it('that cannot be joined keep the tender from starting', async () => {
    const cgroups = cgroupsAt(join(root, 'none'));
    await using shell = await ShellHost.make({ cgroups });
    await assert.rejects(shell.start('exit 0'), { code: 'TENDER_FAILED', message: /none/ });
  });

  it('limit what a tender takes', async (t) => {
    const cgroup = scratchCgroup(t);
    if ('why' in cgroup) return t.skip(cgroup.why);
    if (!existsSync(join(cgroup.path, 'memory.max')))
      return t.skip('not run here: no cgroup v2 controllers');
    writeFileSync(join(cgroup.path, 'memory.max'), String(16 * 2 ** 20));
    const script = `echo 0 >${cgroup.path}/cgroup.procs; exec tail -c 64M /dev/zero`;
    const child = spawn('sh', ['-c', script], { stdio: 'ignore' });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.equal(signal, 'SIGKILL');
  });
});

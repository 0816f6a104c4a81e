import { eventually } from '@albatross/shared/bus/testing/asserts';
import { LIFE_DRAFT_PREFIX, lifeName, type Life } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ShellHost } from '../testing/shell-host.ts';
import { takeAllFiles } from '../testing/take-all-files.ts';
import { TinyDisk } from '../testing/tiny-disk.ts';
import { listBridges } from './bridges.ts';
import { ownCpus, parseCpuList } from './cpus.ts';
import { UNIKERNELS_MAX } from './linux-host.ts';
import { standingOf } from './process-standing.ts';

const noSmallDisk = await TinyDisk.whyNot();

let shell: ShellHost;
beforeEach(async () => {
  shell = await ShellHost.make();
});
afterEach(async () => await shell[Symbol.asyncDispose]());

const isRoot = process.getuid?.() === 0;
const inFolder = async (name: string): Promise<readonly string[]> =>
  await readdir(join(shell.folder, name));
const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

async function untilReleased(life: Life): Promise<void> {
  assert.equal((await shell.observe(life))?.isKeeperAlive, true);
  await shell.host.releaseKeeper(life);
  await eventually('its keeper goes', async () => (await shell.keepers()).length === 0);
}

describe('a life that is started', () => {
  it('is complete, runs, and has left nothing open here', async () => {
    // What starts keepers is kept.
    await shell.host.removeLife((await shell.start('exit 0')).life);
    const before = await openFiles();
    const { life, record } = await shell.start('exec sleep 100');
    assert.deepEqual(await inFolder('lives'), [lifeName(life)]);
    const names = await inFolder(join('lives', lifeName(life)));
    assert.deepEqual(names.toSorted(), ['drain', 'err', 'fifo', 'life', 'tender']);
    assert.equal(standingOf(record), 'alive');
    assert.deepEqual((await shell.observe(life))?.record, record);
    assert.ok(Math.abs(Date.now() - record.startedAt) < 60_000);
    await eventually('the pipe is closed', async () => (await openFiles()) === before);
  });

  it('shows others its record and nothing else, and lets them write nothing', async () => {
    const { life } = await shell.start('exec sleep 100');
    const folder = join(shell.folder, 'lives', lifeName(life));
    assert.equal((await stat(folder)).mode & 0o022, 0);
    for (const name of await readdir(folder)) {
      const { mode } = await stat(join(folder, name));
      assert.equal(mode & 0o007, name === 'life' ? 0o004 : 0, name);
    }
  });

  it('can gain no privileges, ignores no signals, and has only the files it needs', async () => {
    const words = 'cat /proc/self/status; ls -l /proc/self/fd | sed "s/.*:.. //"';
    const { life } = await shell.start(words);
    assert.equal(await shell.exitOf(life), 'status 0');
    const printed = shell.printed(life);
    assert.equal(statusField(printed, 'NoNewPrivs'), '1');
    assert.equal(statusField(printed, 'SigIgn'), '0000000000000000');
    assert.equal(statusField(printed, 'SigBlk'), '0000000000000000');
    // Whatever is beyond was handed to this test and is no concern of a supervisor's.
    // The life may be completed, and its folder renamed, while the files are listed.
    const files = printed
      .replaceAll(LIFE_DRAFT_PREFIX, '')
      .split('\n')
      .filter((line) => /^\d -> /.test(line));
    const fifo = join(shell.folder, 'lives', lifeName(life), 'fifo');
    assert.deepEqual(
      // `ls` prints into a pipe, and has the folder open that it lists.
      files.map((line) => line.replace(/^1 -> pipe:.*/, `1 -> ${fifo}`)).filter(isNoListing),
      ['0 -> /dev/null', `1 -> ${fifo}`, `2 -> ${fifo}`, `4 -> ${join(shell.folder, 'image')}`],
    );
  });

  const cannotChangeUser = isRoot ? false : 'the user is not changed by an ordinary one';
  it('runs as a user of its own, without capabilities', { skip: cannotChangeUser }, async () => {
    const { life } = await shell.start('cat /proc/self/status');
    assert.equal(await shell.exitOf(life), 'status 0');
    const printed = shell.printed(life);
    for (const name of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      assert.equal(statusField(printed, name), '0000000000000000', name);
    for (const name of ['Uid', 'Gid'])
      assert.equal(statusField(printed, name), ['700001', '700001', '700001', '700001'].join('\t'));
    assert.equal(statusField(printed, 'Groups')?.trim(), '');
  });

  it('reads its image, wherever that lies', async () => {
    await mkdir(join(shell.folder, 'closed'), { mode: 0o700 });
    const imagePath = join(shell.folder, 'closed', 'image');
    await writeFile(imagePath, 'a hidden image\n', { mode: 0o444 });
    const plan = shell.plan('cat /proc/self/fd/4', { imagePath });
    await shell.host.startLife(plan);
    assert.equal(await shell.exitOf(plan.life), 'status 0');
    assert.equal(shell.printed(plan.life), 'a hidden image\n');
  });
});

function statusField(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1];
}

const isNoListing = (line: string): boolean => !line.includes('/proc/');

describe('the end of a life', () => {
  const ends: readonly [string, string][] = [
    ['exit 0', 'status 0'],
    ['exit 3', 'status 3'],
    ['exit 255', 'status 255'],
    ['exit 143', 'status 143'],
    ['kill -TERM $$', 'signal 15'],
    ['kill -SEGV $$', 'signal 11'],
    ['kill -KILL $$', 'signal 9'],
    ['kill -INT $$', 'signal 2'],
  ];
  for (const [words, expected] of ends) {
    it(`${words} is ${expected}`, async () => {
      const { life } = await shell.start(words);
      assert.equal(await shell.exitOf(life), expected);
    });
  }

  it('loses nothing of what was printed, and its keeper waits until it is released', async () => {
    const { life, record } = await shell.start('echo first; echo second >&2; exit 7');
    assert.equal(await shell.exitOf(life), 'status 7');
    assert.equal(standingOf(record), 'gone');
    await untilReleased(life);
    await shell.host.removeLife(life);
    assert.deepEqual([await inFolder('lives'), await inFolder('exits')], [[], []]);
  });

  it('keeps what was printed for whoever comes late', async () => {
    const { life } = await shell.start('echo first; echo second >&2');
    await shell.exitOf(life);
    assert.equal(shell.printed(life), 'first\nsecond\n');
  });

  it('lets the keeper go by one line in its drain', async () => {
    const { life } = await shell.start('exit 0');
    await shell.exitOf(life);
    await writeFile(join(shell.folder, 'lives', lifeName(life), 'drain'), 'read\n');
    await eventually('its keeper goes', async () => (await shell.keepers()).length === 0);
  });

  it('comes with SIGTERM, or with SIGKILL when it does not listen', async () => {
    const { life, record } = await shell.start(
      'trap "echo deaf" TERM; while :; do sleep 0.01; done',
    );
    await eventually('it is deaf', async () => await catches(record.pid, 15n));
    shell.host.signal(record, 'SIGTERM');
    await eventually('it heard', () => shell.printed(life).includes('deaf'));
    assert.equal(standingOf(record), 'alive');
    shell.host.signal(record, 'SIGKILL');
    assert.equal(await shell.exitOf(life), 'signal 9');
  });

  it('is not told when its keeper was killed, and does not come by that', async () => {
    const { life, record } = await shell.start('exec sleep 100');
    for (const keeper of await shell.keepers()) process.kill(keeper, 'SIGKILL');
    await eventually('it is gone', async () => (await shell.keepers()).length === 0);
    assert.equal(standingOf(record), 'alive');
    shell.host.signal(record, 'SIGTERM');
    await eventually('it ends', () => standingOf(record) === 'gone');
    const seen = await shell.observe(life);
    assert.deepEqual([seen?.isKeeperAlive, seen?.exit], [false, null]);
  });

  it('does not come by a signal to its keeper', async () => {
    const { life, record } = await shell.start('exec sleep 100');
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'])
      for (const keeper of await shell.keepers()) process.kill(keeper, signal);
    assert.equal(standingOf(record), 'alive');
    shell.host.signal(record, 'SIGTERM');
    assert.equal(await shell.exitOf(life), 'signal 15');
    await untilReleased(life);
  });

  it('is not another process: a signal to one that is gone does nothing', async () => {
    const { record } = await shell.start('exec sleep 100');
    shell.host.signal({ ...record, startTicks: record.startTicks + 1 }, 'SIGKILL');
    shell.host.signal({ ...record, bootId: 'another' }, 'SIGKILL');
    assert.equal(standingOf(record), 'alive');
  });
});

async function catches(pid: number, signal: bigint): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const caught = BigInt(`0x${/^SigCgt:\s*(.*)$/m.exec(status)?.[1] ?? '0'}`);
  return (caught & (1n << (signal - 1n))) !== 0n;
}

describe('a start that fails leaves nothing behind', () => {
  async function assertNothingLeft(): Promise<void> {
    assert.deepEqual([await inFolder('lives'), await inFolder('exits')], [[], []]);
    await eventually('no keeper stays', async () => (await shell.keepers()).length === 0);
  }

  it('when there is no such image, and says so at once', async () => {
    const imagePath = join(shell.folder, 'none');
    const starting = shell.host.startLife(shell.plan('exit 0', { imagePath }));
    await assert.rejects(starting, { code: 'TENDER_FAILED', message: /none/ });
    await assertNothingLeft();
  });

  it('when the programs of the keeper are not there', async () => {
    await shell[Symbol.asyncDispose]();
    shell = await ShellHost.make({ path: '/nowhere' });
    const starting = shell.host.startLife(shell.plan('exit 0'));
    await assert.rejects(starting, { code: 'TENDER_FAILED', message: /mkfifo ENOENT/ });
    await assertNothingLeft();
  });

  it('when there are no file descriptors, but for the draft that the next supervisor removes', async (t) => {
    const taken = await takeAllFiles(t);
    if (taken === null) return;
    await assert.rejects(shell.start('exit 0'), { code: 'TENDER_FAILED', message: /EMFILE/ });
    for (let fd = taken.pop(); fd !== undefined; fd = taken.pop()) closeSync(fd);
    await shell.lives.mend(() => 0, assert.fail);
    await assertNothingLeft();
  });

  it('when there is no room for it', { skip: noSmallDisk }, async (t) => {
    const disk = await TinyDisk.mount(t, 64);
    for (const name of ['lives', 'fifos']) {
      await rm(join(shell.folder, name), { recursive: true, force: true });
      await mkdir(join(disk.path, name));
      await symlink(join(disk.path, name), join(shell.folder, name));
    }
    await disk.fill();
    await assert.rejects(shell.start('exit 0'), { name: 'Failure' });
    await rm(join(disk.path, 'ballast'));
    await assertNothingLeft();
  });
});

it('a tender that cannot be executed is an end like any other', async () => {
  const tender = { target: 'spt', path: join(shell.folder, 'none') } as const;
  const plan = shell.plan('exit 0', { tender });
  await shell.host.startLife(plan);
  assert.equal(await shell.exitOf(plan.life), 'status 127');
  assert.match(shell.printed(plan.life), /none/);
});

describe('the machine', () => {
  it('has what the policy of the root is made of', () => {
    const machine = shell.host.machine();
    assert.equal(machine.unikernels, isRoot ? 1 : UNIKERNELS_MAX);
    assert.equal(machine.memoryMib, Math.floor(totalmem() / 2 ** 20));
    assert.equal(machine.cpus.length, cpus().length);
    assert.ok(machine.blockMib !== null && machine.blockMib > 0);
    assert.deepEqual(machine.bridges, listBridges());
  });

  it(
    'has room for blocks as the disk has that they are to be on',
    { skip: noSmallDisk },
    async (t) => {
      const disk = await TinyDisk.mount(t, 3 * 1024);
      await using small = await ShellHost.make({
        blockFolder: join(disk.path, 'not', 'made', 'yet'),
      });
      assert.equal(small.host.machine().blockMib, 3);
    },
  );
});

it('a tender runs on the CPUs it was given, whichever those are', async () => {
  const own = ownCpus();
  for (const cpus of [own, [own.at(-1) ?? 0]]) {
    const plan = shell.plan('grep Cpus_allowed_list /proc/self/status');
    await shell.host.startLife({ ...plan, config: { ...plan.config, cpus } });
    assert.equal(await shell.exitOf(plan.life), 'status 0');
    assert.deepEqual(parseCpuList(shell.printed(plan.life).split(':')[1] ?? ''), cpus);
  }
});

it('a tender is neither spared nor chosen before others when memory is short', async () => {
  const file = '/proc/self/oom_score_adj';
  const before = readFileSync(file, 'utf8');
  // To be spared, as its unit has it, takes a privilege; what is inherited is the same.
  writeFileSync(file, '500');
  try {
    const { life } = await shell.start('cat /proc/self/oom_score_adj');
    assert.equal(await shell.exitOf(life), 'status 0');
    assert.equal(shell.printed(life), '0\n');
  } finally {
    writeFileSync(file, before);
  }
});

import { eventually } from '@albatross/shared/bus/testing/asserts';
import { lifeName } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FakeTaps } from '../testing/fake-taps.ts';
import { ShellHost } from '../testing/shell-host.ts';
import type { PlannedBlock, StartPlan } from './host.ts';

const isRoot = process.getuid?.() === 0;
const OWNER = isRoot ? 700_001 : null;

let taps: FakeTaps;
let shell: ShellHost;
beforeEach(async () => {
  taps = new FakeTaps();
  shell = await ShellHost.make({ taps });
});
afterEach(async () => {
  taps.removeFailure = null;
  await shell[Symbol.asyncDispose]();
});

/** A configuration with two networks; the fake taps need nobody's permission. */
function withNets(plan: StartPlan): StartPlan {
  const nets = [
    { name: 'service', bridge: 'br0', mac: '00:80:41:00:00:01' },
    { name: 'back', bridge: 'br1', mac: null },
  ];
  return { ...plan, config: { ...plan.config, nets } };
}

async function makeBlocks(count: number, mode = 0o644): Promise<readonly PlannedBlock[]> {
  await mkdir(shell.blockFolder, { mode: 0o700 });
  const names = Array.from({ length: count }, (_, n) => `d${n}`);
  return await Promise.all(
    names.map(async (name) => {
      const path = join(shell.blockFolder, `:${name}`);
      await writeFile(path, `${name} has this\n`, { mode });
      return { name, path, sectorBytes: null };
    }),
  );
}

describe('a tender with networks', () => {
  it('finds its taps, made for its user, and they are in its record', async () => {
    const plan = withNets(shell.plan('echo "$options"; exec sleep 100'));
    const record = await shell.host.startLife(plan);
    const [service, back] = record.taps;
    assert.ok(service !== undefined && back !== undefined);
    assert.deepEqual(
      [...taps.there],
      [
        [service.tap, { name: 'hello', uid: OWNER, bridge: 'br0' }],
        [back.tap, { name: 'hello', uid: OWNER, bridge: 'br1' }],
      ],
    );
    await eventually('it prints', () => shell.printed(plan.life).includes('--net-mac:back='));
    assert.deepEqual((await shell.observe(plan.life))?.record, record);
  });
});

describe('devices of a life that cannot be started', () => {
  async function assertNothingLeft(): Promise<void> {
    assert.equal(taps.there.size, 0);
    for (const folder of ['lives', 'exits'])
      assert.deepEqual(await readdir(join(shell.folder, folder)), []);
    await eventually('no keeper stays', async () => (await shell.keepers()).length === 0);
  }

  it('are given back when its keeper fails', async () => {
    const plan = withNets(shell.plan('exit 0', { imagePath: join(shell.folder, 'none') }));
    await assert.rejects(shell.host.startLife(plan));
    await assertNothingLeft();
  });

  it('are none when they cannot be made', async () => {
    taps.makeFailure = new Error('no ip');
    await assert.rejects(shell.host.startLife(withNets(shell.plan('exit 0'))));
    await assertNothingLeft();
  });

  it('are written down when they cannot be given back, for the next supervisor', async () => {
    taps.makeFailure = new Error('no ip');
    taps.removeFailure = new Error('still no ip');
    await assert.rejects(shell.host.startLife(withNets(shell.plan('exit 0'))));
    assert.equal((await readdir(join(shell.folder, 'lives'))).length, 1);
    taps.removeFailure = null;
    await shell.lives.mend(() => 0, assert.fail);
    await assertNothingLeft();
  });

  it('are none without their files', async () => {
    const blocks = [{ name: 'data', path: join(shell.blockFolder, ':data'), sectorBytes: null }];
    await mkdir(shell.blockFolder);
    const starting = shell.host.startLife(shell.plan('exit 0', { blocks }));
    await assert.rejects(starting, { code: 'BLOCK_NOT_FOUND' });
    await assertNothingLeft();
  });
});

describe('a tender with block devices', () => {
  it('opens twenty of them, each by the path that it is given', async () => {
    const blocks = await makeBlocks(20);
    const words =
      'for o in $options; do case $o in --block:*) cat "${o#*=}"; echo x >>"${o#*=}";; esac; done';
    const { life } = await shell.start(words, { blocks });
    assert.equal(await shell.exitOf(life), 'status 0');
    const lines = shell.printed(life).trim().split('\n');
    assert.deepEqual(
      lines,
      blocks.map(({ name }) => `${name} has this`),
    );
    for (const { path, name } of blocks)
      assert.equal(await readFile(path, 'utf8'), `${name} has this\nx\n`);
  });

  it('sees nothing of those of others', { skip: isRoot ? false : 'needs root' }, async () => {
    const blocks = await makeBlocks(1);
    const other = join(shell.blockFolder, ':other');
    await writeFile(other, 'secret\n', { mode: 0o600 });
    const words = 'ls; cat :other; cat :d0';
    const { life } = await shell.start(words, { blocks });
    assert.equal(await shell.exitOf(life), 'status 0');
    const printed = shell.printed(life);
    assert.doesNotMatch(printed, /secret|^:other$/m);
    assert.match(printed, /ls: .*denied[^]*cat: .:other.: .*denied[^]*d0 has this/);
  });

  it('has them for as long as it lives', { skip: isRoot ? false : 'needs root' }, async () => {
    const blocks = await makeBlocks(2);
    const uids = async () =>
      await Promise.all(blocks.map(async ({ path }) => (await stat(path)).uid));
    const { life, record } = await shell.start('exec sleep 100', { blocks });
    assert.deepEqual(await uids(), [OWNER, OWNER]);
    shell.host.signal(record, 'SIGKILL');
    await shell.exitOf(life);
    await shell.host.freeDevices(life);
    assert.deepEqual(await uids(), [0, 0]);
  });

  it(
    'that cannot be started has none of them',
    { skip: isRoot ? false : 'needs root' },
    async () => {
      const blocks = await makeBlocks(1);
      taps.makeFailure = new Error('no ip');
      await assert.rejects(shell.host.startLife(withNets(shell.plan('exit 0', { blocks }))));
      assert.equal((await stat(blocks[0]?.path ?? '')).uid, 0);
    },
  );

  it('is reached by them below folders that are closed to it', async () => {
    const closed = join(shell.folder, 'a closed folder');
    await mkdir(closed, { mode: 0o700 });
    await using inside = await ShellHost.make({ blockFolder: join(closed, 'block') });
    await mkdir(inside.blockFolder, { mode: 0o700 });
    const path = join(inside.blockFolder, ':d0');
    await writeFile(path, 'content\n');
    const words = 'cat ${options#*--block:d0=}';
    const { life } = await inside.start(words, {
      blocks: [{ name: 'd0', path, sectorBytes: null }],
    });
    assert.equal(await inside.exitOf(life), 'status 0');
    assert.equal(inside.printed(life), 'content\n');
  });
});

it('the file that tells of devices goes with them, and the rest of the life stays', async () => {
  const plan = withNets(shell.plan('exec sleep 100'));
  await shell.host.startLife(plan);
  const folder = join(shell.folder, 'lives', lifeName(plan.life));
  assert.ok((await readdir(folder)).includes('devices'));
  await shell.host.freeDevices(plan.life);
  await shell.host.freeDevices(plan.life);
  assert.equal(taps.there.size, 0);
  assert.ok(!(await readdir(folder)).includes('devices'));
  assert.equal((await shell.observe(plan.life))?.isTenderAlive, true);
});

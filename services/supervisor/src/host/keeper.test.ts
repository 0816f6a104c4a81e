import { eventually } from '@albatross/shared/bus/testing/asserts';
import { describeExit, UNSAID } from '@albatross/shared/domain/exit';
import { LIFE_DRAFT_PREFIX, lifeName } from '@albatross/shared/domain/life';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { imageOf } from '../testing/bench.ts';
import { ShellHost } from '../testing/shell-host.ts';
import { ownCpus } from './cpus.ts';
import type { StartPlan, TenderProcess } from './host.ts';
import { KEEPER_DEADLINE_MS } from './linux-host.ts';
import { QEMU_MUTE_STATUS } from './qemu-command.ts';
import { standingOf } from './process-standing.ts';
import { tenderCommand } from './tender-command.ts';

const KEEPER = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8');

const NOTHING_AROUND = {
  groups: [],
  taps: [],
  ownCpus: ownCpus(),
  blockFolder: '/nowhere',
  manifest: [],
};

let shell: ShellHost;
/** An image that cannot be opened before somebody writes it: until then no tender is started. */
let gate: string;
let writer: number | null;

beforeEach(async () => {
  shell = await ShellHost.make();
  gate = join(shell.folder, 'gate');
  execFileSync('mkfifo', ['-m', '0666', gate]);
  writer = null;
});
afterEach(async () => {
  if (writer !== null) closeSync(writer);
  await shell[Symbol.asyncDispose]();
});

const lives = async (): Promise<readonly string[]> => await readdir(join(shell.folder, 'lives'));
const draftOf = ({ life }: StartPlan): string =>
  join(shell.folder, 'lives', LIFE_DRAFT_PREFIX + lifeName(life));
const noKeepers = async (): Promise<boolean> => (await shell.keepers()).length === 0;

/** A keeper, and what becomes the tender. */
const WAITING = 2;
/** What joins it before a tender is started is written into a plain file. */
const cgroup = (): string => join(shell.folder, 'cgroup');

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** For reading too, so that this waits for nobody. */
function openGate(): void {
  writer = openSync(gate, 'r+');
}

/** Starts a keeper as a supervisor does that is killed at once: nobody hears what it says. */
async function startUnheard(plan: StartPlan): Promise<void> {
  const drain = openSync(join(await startWaiting(plan), 'drain'), 'r+');
  writeSync(drain, 'begin\n');
  await eventually('it is about to start a tender', () =>
    existsSync(join(cgroup(), 'cgroup.procs')),
  );
  closeSync(drain);
}

/** Of a keeper that waits until it may begin. Returns the folder of its life. */
async function startWaiting(plan: StartPlan): Promise<string> {
  const folder = await shell.lives.draft(plan.life);
  execFileSync('mkfifo', ['-m', '0660', join(folder, 'fifo'), join(folder, 'drain')]);
  const exitFile = shell.lives.exitFile(plan.life);
  const command = tenderCommand(plan, NOTHING_AROUND).map((word) => `'${word}'`);
  const name = `keeper:${lifeName(plan.life)}`;
  mkdirSync(cgroup());
  const told = [exitFile, plan.imagePath, cgroup(), '', '', command.join(' '), 'end'];
  const words = [name, folder, ...told];
  const keeper = spawn('/bin/sh', ['-c', KEEPER, ...words], {
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  keeper.stdout.destroy();
  keeper.unref();
  await eventually('it waits', async () => (await shell.keepers()).length === WAITING);
  return folder;
}

describe('a supervisor that dies in the middle of a start', () => {
  const uidOf = (): number => 700_009;

  it('does not keep the tender from starting, and the next one takes it up', async () => {
    const plan = shell.plan('exec sleep 100', { imagePath: gate });
    await startUnheard(plan);
    openGate();
    await eventually('it is started', async () => {
      const line = await readFile(join(draftOf(plan), 'tender'), 'utf8').catch(() => '');
      return line !== '';
    });
    await shell.lives.mend(uidOf, assert.fail);
    const seen = await shell.observe(plan.life);
    assert.equal(seen?.isTenderAlive, true);
    assert.equal(seen.record?.uid, 700_009);
    assert.equal(seen.isKeeperAlive, true);
  });

  it('does not make anybody forget how the guest ended, and what it printed', async () => {
    const plan = shell.plan('echo done; exit 3', { imagePath: gate });
    await startUnheard(plan);
    openGate();
    const exitFile = shell.lives.exitFile(plan.life);
    await eventually('it ended', () => existsSync(exitFile));
    await shell.lives.mend(uidOf, assert.fail);
    assert.equal(await shell.exitOf(plan.life), 'status 3');
    assert.equal(shell.printed(plan.life), 'done\n');
  });

  it('before it was written down leaves a keeper that starts nothing, and goes when the next one looks', async () => {
    await startWaiting(shell.plan('exec sleep 100'));
    await shell.lives.mend(uidOf, assert.fail);
    assert.deepEqual(await lives(), []);
    await eventually('its keeper goes', noKeepers);
    assert.deepEqual([await lives(), await readdir(join(shell.folder, 'exits'))], [[], []]);
  });

  it('starts nothing any more once the next one has looked', async () => {
    const plan = shell.plan('exec sleep 100', { imagePath: gate });
    await startUnheard(plan);
    await shell.lives.mend(uidOf, assert.fail);
    assert.deepEqual(await lives(), []);
    openGate();
    await eventually('its keeper goes', noKeepers);
    assert.deepEqual([await lives(), await readdir(join(shell.folder, 'exits'))], [[], []]);
  });
});

describe('a start that is to be written down', () => {
  it('starts no tender before it is', async () => {
    let done: () => void = () => undefined;
    const written = new Promise<void>((resolve) => {
      done = resolve;
    });
    const plan = shell.plan('exec sleep 100', { written });
    const starting = shell.host.startLife(plan);
    await eventually('its keeper waits', async () => (await shell.keepers()).length === WAITING);
    assert.ok(!existsSync(join(draftOf(plan), 'tender')));
    done();
    assert.equal(standingOf(await starting), 'alive');
  });

  it('leaves nothing when it cannot be', async () => {
    const written = Promise.reject(new Error('no room'));
    written.catch(() => undefined);
    const starting = shell.host.startLife(shell.plan('exec sleep 100', { written }));
    await assert.rejects(starting, /no room/);
    await eventually('its keeper goes', noKeepers);
    assert.deepEqual([await lives(), await readdir(join(shell.folder, 'exits'))], [[], []]);
  });
});

describe('a keeper that does not start its tender in time', () => {
  it('never does', async (t) => {
    const plan = shell.plan('exec sleep 100', { imagePath: gate });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const starting = shell.host.startLife(plan);
    starting.catch(() => undefined);
    while (!existsSync(join(draftOf(plan), 'drain'))) await new Promise(setImmediate);
    t.mock.timers.tick(KEEPER_DEADLINE_MS);
    await assert.rejects(starting, { code: 'TENDER_FAILED' });
    t.mock.timers.reset();
    assert.deepEqual(await lives(), []);
    openGate();
    await eventually('its keeper goes', noKeepers);
  });
});

it('a keeper without the one that would become its tender starts none, and says so', async () => {
  let done: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    done = resolve;
  });
  const starting = shell.host.startLife(shell.plan('exec sleep 100', { written }));
  starting.catch(() => undefined);
  await eventually('its keeper waits', async () => (await shell.keepers()).length === WAITING);
  const keepers = await shell.keepers();
  const child = keepers.find((pid) => keepers.includes(parentOf(pid)));
  process.kill(child ?? assert.fail('none is the parent of another'), 'SIGKILL');
  done();
  await assert.rejects(starting, { code: 'TENDER_FAILED' });
  await eventually('its keeper goes', noKeepers);
  assert.deepEqual([await lives(), await readdir(join(shell.folder, 'exits'))], [[], []]);
});

it('a tender that was started in the last moment is ended with the start that failed', async () => {
  const plan = shell.plan('exec sleep 100', { imagePath: gate });
  await startUnheard(plan);
  openGate();
  const path = join(draftOf(plan), 'tender');
  await eventually('it is started', () => existsSync(path) && readFileSync(path).length > 0);
  const ended: TenderProcess[] = [];
  await shell.lives.abandon(plan.life, (tender) => {
    ended.push(tender);
    assert.equal(standingOf(tender), 'alive');
    shell.host.signal(tender, 'SIGKILL');
  });
  assert.equal(ended.length, 1);
  await eventually('its keeper goes', noKeepers);
});

describe('a tender that ends with one status whatever the guest gave', () => {
  /** Its end, when console has said that. */
  async function endOf(words: string, said: string): Promise<string> {
    const imagePath = join(shell.folder, 'virtio');
    writeFileSync(imagePath, imageOf(1));
    const config = { ...shell.plan(words).config, target: 'virtio' as const };
    const { life } = await shell.start(words, { config, imagePath });
    const exitFile = shell.lives.exitFile(life);
    await eventually('its end is recorded', () => existsSync(exitFile));
    if (words.endsWith(String(QEMU_MUTE_STATUS))) {
      assert.equal(readFileSync(exitFile, 'utf8'), UNSAID);
      assert.equal((await shell.observe(life))?.exit, null);
    }
    writeFileSync(join(shell.folder, 'lives', lifeName(life), 'drain'), said);
    await eventually('its keeper goes', noKeepers);
    const exit = (await shell.observe(life))?.exit ?? null;
    return exit === null ? 'unsaid' : describeExit(exit);
  }

  it('ended with the status that console found in its last lines', async () => {
    assert.equal(await endOf('exit 83', 'read 7\n'), 'status 7');
    assert.equal(await endOf('exit 83', 'read 83\n'), 'status 83');
  });

  it('leaves its end unsaid when console found none, or nobody read', async () => {
    for (const said of ['read\n', 'released\n'])
      assert.equal(await endOf('exit 83', said), 'unsaid');
  });

  it('ended unknown when what console says is no status', async () => {
    assert.equal(await endOf('exit 83', 'read no status\n'), 'unknown');
  });

  it('ended as the tender says when that is another status', async () => {
    assert.equal(await endOf('exit 1', 'read 7\n'), 'status 1');
  });
});

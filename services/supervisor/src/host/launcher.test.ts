import { eventually } from '@albatross/shared/bus/testing/asserts';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ShellHost } from '../testing/shell-host.ts';
import { Launcher, type KeeperOrder } from './launcher.ts';

const PATH = '/usr/bin:/bin';

let folder: string;
let number = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-launcher-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

/** In a folder that is not there: its keeper says that it starts nothing. */
function order(changes: Partial<KeeperOrder> = {}): KeeperOrder {
  number += 1;
  return {
    life: { unikernel: parseUnikernelName('foo:hello'), number },
    folder: join(folder, 'none'),
    exitFile: join(folder, 'exit'),
    imagePath: '/dev/null',
    cgroup: null,
    tenderFolder: null,
    muteStatus: null,
    command: ['true'],
    ...changes,
  };
}

/** A program of that name, found first, that does something else. */
function inPlaceOf(program: string, script: string): Launcher {
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, program), 0o755);
  return new Launcher(`${folder}:${PATH}`);
}

describe('a launcher', () => {
  it('tells what each of many keepers says', async () => {
    const launcher = new Launcher(PATH);
    const orders = Array.from({ length: 50 }, () => order());
    const said = await Promise.all(orders.map(async (one) => await launcher.start(one).said));
    assert.deepEqual(new Set(said), new Set(['']));
  });

  it('says why when there is no such program', async () => {
    const { said } = new Launcher('/nowhere').start(order());
    await assert.rejects(said, { code: 'TENDER_FAILED', message: /xargs.*ENOENT/ });
  });

  it('tells no keeper what would be taken for the words of another', () => {
    const launcher = new Launcher(PATH);
    for (const command of [['a\0b'], ['x'.repeat(100_000)]])
      assert.throws(() => launcher.start(order({ command })), { code: 'TENDER_FAILED' });
  });

  it('is replaced when it was given up, and tells what it complained of', async () => {
    const log = join(folder, 'log');
    const launcher = inPlaceOf(
      'xargs',
      `echo started >>${log}; echo no room >&2; exec cat >/dev/null`,
    );
    const lines = (): number => readFileSync(log, 'utf8').split('\n').length - 1;
    const [first, second] = [launcher.start(order()), launcher.start(order())];
    let complaint = '';
    await eventually('it complains', async () => {
      complaint = first.giveUp();
      return complaint !== '';
    });
    assert.equal(complaint, 'no room');
    assert.equal(lines(), 1);
    const third = launcher.start(order());
    await eventually('there is another', () => lines() === 2);
    for (const saying of [second, third]) saying.giveUp();
  });

  it('keeps nobody from ending who has forgotten what it started', async () => {
    const launcher = inPlaceOf('setsid', 'exit 0');
    const saying = launcher.start(order());
    saying.forget();
    const isHeld = process.getActiveResourcesInfo().includes('ProcessWrap');
    assert.equal(isHeld, false);
  });

  it('is replaced when it was killed', async () => {
    const launcher = new Launcher(PATH);
    await launcher.start(order()).said;
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    for (const pid of children.trim().split(' ').map(Number)) {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words[0] === 'xargs') process.kill(pid, 'SIGKILL');
    }
    let said: string | null = null;
    await eventually('another starts', async () => {
      said = await launcher.start(order()).said.catch(() => null);
      return said !== null;
    });
    assert.equal(said, '');
  });
});

it('a guest is given its words as they are', async () => {
  await using shell = await ShellHost.make();
  const words = `printf '%s\\n' "it's" 'two
lines' '$HOME' '\\' '"'`;
  const { life } = await shell.start(words);
  assert.equal(await shell.exitOf(life), 'status 0');
  assert.equal(shell.printed(life), 'it\'s\ntwo\nlines\n$HOME\n\\\n"\n');
});

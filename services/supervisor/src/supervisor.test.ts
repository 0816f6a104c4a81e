import { eventually } from '@albatross/shared/bus/testing/asserts';
import { lifeName } from '@albatross/shared/domain/life';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import { foldersOf, livesFolder } from '@albatross/shared/runtime/folders';
import type { Logger } from '@albatross/shared/runtime/logger';
import { Scope } from '@albatross/shared/runtime/scope';
import { buildImage } from '@albatross/solo5/testing';
import { parseProcessStat } from '@albatross/shared/runtime/process-stat';
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readConfig } from './config.ts';
import { LifeFolders } from './host/life-folders.ts';
import type { Supervisor } from './compose.ts';
import { startSupervisor } from './supervisor.ts';
import { digestOf, PLAIN } from './testing/bench.ts';

const ADMIN = { identity: 'admin', actor: 'admin' } as const;

const hello = parseUnikernelName('hello');
/** Says its version, or runs its guest: a line of shell. */
const TENDER = '#!/bin/sh\n[ "$*" = --version ] && exec echo "ABI version 2"\nshift 3\neval "$*"\n';

let folder: string;
let scope: Scope;
let supervisor: Supervisor;
const logged: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-supervisor-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'lib'), { mode: 0o755 });
  await writeFile(join(folder, 'lib', 'solo5-spt'), TENDER, { mode: 0o755 });
  await start();
});
afterEach(async () => {
  const { unikernels } = supervisor.inventory.list({ name: hello });
  if (unikernels.length > 0) await destroy();
  await eventually('every keeper is gone', async () => {
    await beConsole();
    return (await lives()).length === 0;
  });
  await scope[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function start(): Promise<void> {
  const env = { ALBATROSS_DIR: folder, PATH: '/usr/bin:/bin' };
  const config = readConfig(env, process.getuid?.() ?? 0);
  const log = (event: string): void => void logged.push(event);
  const logger: Logger = { error: log, warn: log, info: log, debug: log };
  const opened = new Scope();
  try {
    supervisor = await startSupervisor(config, logger, opened);
    scope = opened;
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

async function restart(): Promise<void> {
  await scope[Symbol.asyncDispose]();
  await start();
}

const lives = async (): Promise<readonly string[]> => await readdir(livesFolder(foldersOf(folder)));

/** Which has read everything, and lets keepers go. */
async function beConsole(): Promise<void> {
  const { run } = foldersOf(folder);
  const folders = new LifeFolders(join(run, 'lives'), join(run, 'exits'), {
    remove: async () => undefined,
  });
  for (const { life } of await folders.observe()) await folders.release(life);
}

async function create(words: string) {
  const image = buildImage({ target: 'spt' });
  const { blobs, fleet } = supervisor;
  const { blob } = await blobs.open('admin', { name: hello, sizeBytes: image.length });
  await blobs.write('admin', { name: hello, blob, offset: 0, bytes: image });
  await blobs.finish('admin', { name: hello, blob, sha256: digestOf(image) });
  const id = `create-${blob}`;
  const rest = { memoryMib: 1, arguments: [words] };
  return await fleet.create(ADMIN, { ...PLAIN, id, name: hello, blob, ...rest });
}

async function destroy(): Promise<void> {
  await supervisor.fleet.destroy(ADMIN, { id: `destroy-${Date.now()}`, name: hello });
}

const stateOf = (): string => supervisor.inventory.show(hello).state;

async function isAlive(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return (parseProcessStat(line)?.state ?? 'Z') !== 'Z';
}

describe('a supervisor on this machine', () => {
  it('goes and comes back, and what runs goes on', async () => {
    const { pid, startedAt } = await create('exec sleep 100');
    assert.ok(pid !== null);
    await scope[Symbol.asyncDispose]();
    assert.equal(await isAlive(pid), true);
    await start();
    const shown = supervisor.inventory.show(hello);
    assert.deepEqual([shown.state, shown.pid, shown.startedAt], ['running', pid, startedAt]);
    await destroy();
    assert.equal(await isAlive(pid), false);
  });

  it('notices an end, also one that comes while it is away', async () => {
    await create('exit 3');
    await eventually('it exited', () => stateOf() === 'exited');
    assert.deepEqual(supervisor.inventory.show(hello).exit, { kind: 'status', status: 3 });
    const { pid } = await create('exec sleep 100');
    assert.ok(pid !== null);
    await scope[Symbol.asyncDispose]();
    process.kill(pid, 'SIGSEGV');
    await eventually('it ended', async () => !(await isAlive(pid)));
    await start();
    await eventually('it exited', () => stateOf() === 'exited');
    assert.deepEqual(supervisor.inventory.show(hello).exit, { kind: 'signal', signal: 11 });
  });

  it('starts again what ran before a boot', async () => {
    const { pid } = await create('exec sleep 100');
    assert.ok(pid !== null);
    await scope[Symbol.asyncDispose]();
    const [name] = await lives();
    assert.equal(name, lifeName({ unikernel: hello, number: 1 }));
    const file = join(livesFolder(foldersOf(folder)), name, 'life');
    const record = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...record, bootId: 'the boot before' }));
    process.kill(pid, 'SIGKILL');
    const exits = join(folder, 'run', 'exits');
    await eventually('it ended', async () => (await readdir(exits)).includes(name));
    await rm(join(exits, name));
    await start();
    await eventually('it runs', () => stateOf() === 'running');
    const shown = supervisor.inventory.show(hello);
    assert.equal(shown.restarts, 1);
    assert.notEqual(shown.pid, pid);
  });

  it('is the only one, and the other is told which', async () => {
    const first = supervisor;
    await assert.rejects(start(), { name: 'StartError', message: new RegExp(`${process.pid}`) });
    supervisor = first;
    await restart();
  });
});

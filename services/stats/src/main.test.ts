import { eventually } from '@albatross/shared/bus/testing/asserts';
import { RealServer } from '@albatross/shared/bus/testing/real-server';
import { heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { listStats, statsFeed, type Sample } from '@albatross/shared/contracts/stats';
import { ROOT } from '@albatross/shared/domain/name';
import { foldersOf, busUrlFile, keyFile, livesFolder } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readKernel } from './kernel/kernel.ts';
import { identify } from './kernel/process-reader.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The service as a process of its own, below a folder of its own. */
class Service implements AsyncDisposable {
  readonly #child;
  readonly #said: Promise<string>;
  readonly #end: Promise<unknown[]>;

  constructor(dir: string, env: Record<string, string> = {}) {
    const settings = { ALBATROSS_DIR: dir, ...env };
    const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    this.#child = spawn('env', [...words, process.execPath, ...LOADER, MAIN], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#said = text(this.#child.stderr);
    this.#end = once(this.#child, 'exit');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<{ readonly status: unknown; readonly said: string }> {
    this.#child.kill('SIGTERM');
    return await this.end();
  }

  async end(): Promise<{ readonly status: unknown; readonly said: string }> {
    const [status] = await this.#end;
    return { status, said: await this.#said };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#end;
  }
}

/** Writes what the service finds the bus by. */
function setUp(dir: string, server: RealServer): void {
  const folders = foldersOf(dir);
  for (const [path, line] of [
    [busUrlFile(folders), server.url],
    [keyFile(folders, 'stats'), server.seed('stats')],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${line}\n`);
  }
}

/** A life whose tender is this very process. */
function begin(dir: string, name: string): void {
  const lives = livesFolder(foldersOf(dir));
  const draft = join(lives, `.new_${name}`);
  mkdirSync(draft, { recursive: true });
  const identity = identify(process.pid, readKernel());
  writeFileSync(
    join(draft, 'life'),
    JSON.stringify({ ...identity, uid: 0, startedAt: 0, taps: [] }),
  );
  renameSync(draft, join(lives, name));
}

describe('the process', () => {
  it('samples before there is a bus, publishes as soon as there is one, and outlives it', async () => {
    await using folder = await TemporaryFolder.make();
    await using server = await RealServer.start();
    setUp(folder.path, server);
    begin(folder.path, ':early@1');
    await server.kill();
    await using service = new Service(folder.path, { ALBATROSS_STATS_INTERVAL_S: '3600' });
    const urlFile = join(foldersOf(folder.path).run, 'stats', 'metrics.url');
    await eventually('the page is there', () => existsSync(urlFile), 30_000);
    const page = async (): Promise<string> =>
      await (await fetch(readFileSync(urlFile, 'utf8').trim())).text();
    await eventually('it shows the life', async () => (await page()).includes('early'));

    await server.resume();
    await using admin = await server.connect('admin');
    const samples: Sample[] = [];
    const processes: string[] = [];
    admin.follow(statsFeed, ROOT, {
      onMessage: (sample) => void samples.push(sample),
      onDropped: () => assert.fail(),
    });
    admin.followProcesses(heartbeatFeed, {
      onMessage: ({ process }) => void processes.push(process),
      onDropped: () => assert.fail(),
    });
    await admin.flush();
    await eventually('it tells of itself', () => processes.includes('stats'), 30_000);
    // A life is sampled when it begins, not an interval later.
    begin(folder.path, ':hello@2');
    await eventually('it is published', () => samples.some(({ name }) => name === 'hello'));
    await server.kill();
    begin(folder.path, ':meanwhile@3');
    await eventually('it is sampled', async () => (await page()).includes('meanwhile'));
    // Whoever is to hear of it must be back first.
    service.signal('SIGSTOP');
    await server.resume();
    await eventually('the other is back', () => admin.isUp);
    await admin.flush();
    service.signal('SIGCONT');
    await eventually('it is published', () => samples.some(({ name }) => name === 'meanwhile'));
    const listed = await admin.request(listStats, { name: ROOT });
    assert.deepEqual(
      listed.samples.map(({ name, pid }) => `${name} ${pid}`),
      [`early ${process.pid}`, `hello ${process.pid}`, `meanwhile ${process.pid}`],
    );
    const { status, said } = await service.stop();
    assert.equal(status, 0, said);
    assert.equal(existsSync(urlFile), false);
    const levels = said
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { level: number; msg: string }).level);
    assert.ok(Math.max(...levels) <= 40, said);
  });

  it('ends with one line about what keeps it from starting', async () => {
    await using folder = await TemporaryFolder.make();
    await using service = new Service(folder.path, { ALBATROSS_STATS_INTERVAL_S: '0' });
    const { status, said } = await service.end();
    assert.equal(status, 1);
    assert.equal(
      said,
      'stats: ALBATROSS_STATS_INTERVAL_S is 0; it is whole seconds, from 1 to 3600\n',
    );
  });

  it('is one of its folder', async () => {
    await using folder = await TemporaryFolder.make();
    await using server = await RealServer.start();
    setUp(folder.path, server);
    await using first = new Service(folder.path);
    const urlFile = join(foldersOf(folder.path).run, 'stats', 'metrics.url');
    await eventually('the first is there', () => existsSync(urlFile), 30_000);
    await using second = new Service(folder.path);
    const { status, said } = await second.end();
    assert.equal(status, 1);
    assert.match(said, /^stats: stats of this run folder is already running, as process \d+\n$/);
    assert.equal((await first.stop()).status, 0);
  });
});

import { eventually } from '@albatross/shared/bus/testing/asserts';
import { KeptStats } from '@albatross/shared/bus/testing/kept-stats';
import type { RealServer } from '@albatross/shared/bus/testing/real-server';
import { sampleOf } from '@albatross/shared/bus/testing/samples';
import type { Sample } from '@albatross/shared/contracts/stats';
import { busUrlFile, foldersOf, keyFile } from '@albatross/shared/runtime/folders';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { env } from 'node:process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LineListener } from '../../../services/influx-bridge/src/testing/line-listener.ts';
import {
  noVictoriaMetrics,
  VictoriaMetrics,
} from '../../../services/influx-bridge/src/testing/victoria-metrics.ts';
import { Program, type Ended } from '../harness/program.ts';

const DEADLINE = { timeout: 60_000 };
const CAUGHT_UP_MS = 30_000;
const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));
const NAMES = ['hello', 'foo:a', 'foo:b', 'foo:bar:c', 'd', 'e'];

/** The bridge's own program, with the bus of a test. */
class BridgeProgram implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #args: readonly string[];
  #program: Program;

  private constructor(folder: TemporaryFolder, args: readonly string[]) {
    this.#folder = folder;
    this.#args = args;
    this.#program = this.#start();
  }

  static async start(server: RealServer, ...args: readonly string[]): Promise<BridgeProgram> {
    const folder = await TemporaryFolder.make();
    const folders = foldersOf(folder.path);
    const key = keyFile(folders, 'influx-bridge');
    await mkdir(dirname(key), { recursive: true });
    await writeFile(key, server.seed('influx-bridge'));
    await writeFile(busUrlFile(folders), server.url);
    return new BridgeProgram(folder, args);
  }

  get log(): string {
    return this.#program.stderr;
  }

  async untilLogs(event: string): Promise<void> {
    await eventually(`it logs "${event}"`, () => this.log.includes(`"${event}"`), CAUGHT_UP_MS);
  }

  /** SIGKILL, and another one. */
  async replace(): Promise<void> {
    this.#program.signal('SIGKILL');
    await this.#program.ended();
    this.#program = this.#start();
  }

  async stop(): Promise<Ended> {
    this.#program.signal('SIGTERM');
    return await this.#program.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#program.signal('SIGKILL');
    const { stderr } = await this.#program.ended();
    // Shown only if a test of the file fails.
    process.stderr.write(stderr);
    await this.#folder[Symbol.asyncDispose]();
  }

  #start(): Program {
    const main = 'services/influx-bridge/src/main.ts';
    const command = [process.execPath, ...LOADER, main, ...this.#args];
    const where = { cwd: CHECKOUT, env: { ...env, ALBATROSS_DIR: this.#folder.path } };
    return Program.start(command, where);
  }
}

/** Of six unikernels, one a second each, no two with the same numbers. */
function samplesOf(count: number, first = 0): readonly Sample[] {
  const begin = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  return Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    const at = begin + Math.floor(index / NAMES.length) * 1_000;
    const sample = sampleOf(NAMES[index % NAMES.length] ?? '', at);
    return { ...sample, process: { ...sample.process, utimeUs: index * 1_000_000 } };
  });
}

/** What a database must have that has each sample once. */
function seriesOf(samples: readonly Sample[]): ReadonlyMap<string, unknown> {
  const found = new Map<string, Map<number, readonly number[]>>();
  for (const { name, at, process } of samples) {
    const series = found.get(name) ?? new Map<number, readonly number[]>();
    found.set(name, series.set(at, [process.utimeUs / 1_000_000]));
  }
  return found;
}

async function untilHas(database: VictoriaMetrics, samples: readonly Sample[]): Promise<void> {
  const countOf = async (): Promise<number> =>
    [...(await database.series('resource_usage_utime')).values()].reduce(
      (n, { size }) => n + size,
      0,
    );
  const isThere = async (): Promise<boolean> => (await countOf()) >= samples.length;
  await eventually(`${samples.length} samples are there`, isThere, CAUGHT_UP_MS);
  for (const field of ['resource_usage_utime', 'interface_mtu', 'vmm_exits', 'kinfo_mem_rss'])
    await eventually(
      `${field} is complete`,
      async () => {
        const all = [...(await database.series(field)).values()];
        return all.reduce((n, { size }) => n + size, 0) === samples.length;
      },
      CAUGHT_UP_MS,
    );
  assert.deepEqual(await database.series('resource_usage_utime'), seriesOf(samples));
}

interface Meanwhile {
  readonly kept: KeptStats;
  readonly bridge: BridgeProgram;
}

/** The database is stopped, 600 samples come, something happens, and the database is started again. */
async function outage(happens: (meanwhile: Meanwhile) => Promise<void>): Promise<void> {
  await using kept = await KeptStats.start();
  await using database = await VictoriaMetrics.start();
  const target = ['--url', database.url, '--bucket', 'uk', '--no-drop-path', '--no-self'];
  await using bridge = await BridgeProgram.start(kept.server, ...target);
  const all = samplesOf(660);
  await kept.publish(...all.slice(0, 30));
  await untilHas(database, all.slice(0, 30));
  await database.stop();
  await kept.publish(...all.slice(30, 330));
  await bridge.untilLogs('samples are not written');
  await happens({ kept, bridge });
  await kept.publish(...all.slice(330, 630));
  await database.resume();
  await kept.publish(...all.slice(630));
  await untilHas(database, all);
  const { status, stderr } = await bridge.stop();
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stderr, /"level":50/);
}

describe('a database that is stopped for 600 samples and started again', () => {
  it('has every sample, each once', DEADLINE, async (t) => {
    const why = noVictoriaMetrics();
    if (why !== undefined) return t.skip(why);
    await outage(async () => undefined);
  });

  it('has every sample, each once, with the bridge killed in between', DEADLINE, async (t) => {
    const why = noVictoriaMetrics();
    if (why !== undefined) return t.skip(why);
    await outage(async ({ bridge }) => await bridge.replace());
  });

  it('has every sample, each once, with the bus killed in between', DEADLINE, async (t) => {
    const why = noVictoriaMetrics();
    if (why !== undefined) return t.skip(why);
    await outage(async ({ kept }) => {
      await kept.server.kill();
      await kept.server.resume();
    });
  });
});

describe('a listener that is away for 600 samples and comes back', () => {
  it('is given every sample', DEADLINE, async () => {
    await using kept = await KeptStats.start();
    const first = await LineListener.start();
    const target = ['--influx', `127.0.0.1:${first.port}`, '--name', 'foo:', '--no-self'];
    await using bridge = await BridgeProgram.start(kept.server, ...target);
    const all = samplesOf(660);
    const linesOf = (samples: readonly Sample[]): ReadonlySet<string> =>
      new Set(
        samples
          .filter(({ name }) => name.startsWith('foo:'))
          .map(({ name, at }) => `${name.split(':').at(-1)} ${at}000000`),
      );
    const heard = (listener: LineListener): ReadonlySet<string> =>
      new Set(
        listener.lines.flatMap((line) => {
          const [, label, at] = /^kinfo_mem,vm=(\w+) .* (\d+)$/.exec(line) ?? [];
          return label === undefined ? [] : [`${label} ${at}`];
        }),
      );
    await kept.publish(...all.slice(0, 60));
    await eventually(
      'the first are heard',
      () => heard(first).size === linesOf(all.slice(0, 60)).size,
      CAUGHT_UP_MS,
    );
    await first.stop();
    await kept.publish(...all.slice(60));
    await bridge.untilLogs('samples are not written');
    await using second = await LineListener.start({ port: first.port });
    const isHeard = (one: string): boolean => heard(second).has(one);
    const rest = [...linesOf(all.slice(60))];
    await eventually('the rest is heard', () => rest.every(isHeard), CAUGHT_UP_MS);
    // The newest it heard before it went away may come twice.
    const known = linesOf(all);
    assert.ok([...heard(second)].every((one) => known.has(one)));
    assert.equal((await bridge.stop()).status, 0);
  });
});

import { freePort } from '@albatross/shared/runtime/loopback-port';
import { eventually } from '@albatross/shared/bus/testing/asserts';
import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const PROGRAM = 'victoria-metrics';

/** Why tests with a real database cannot run here; undefined when they can. */
export function noVictoriaMetrics(): string | undefined {
  const found = spawnSync(PROGRAM, ['-version'], { stdio: 'ignore' });
  return found.error === undefined ? undefined : `not run here: there is no ${PROGRAM} in PATH`;
}

/** Values of one series by their times, in milliseconds. */
export type Series = ReadonlyMap<number, readonly number[]>;

/** A real database that speaks InfluxDB's v2 write API, on a free loopback port. */
export class VictoriaMetrics implements AsyncDisposable {
  readonly url: string;
  readonly #port: number;
  readonly #folder: TemporaryFolder;
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: TemporaryFolder) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#folder = folder;
  }

  static async start(): Promise<VictoriaMetrics> {
    const database = new VictoriaMetrics(await freePort(), await TemporaryFolder.make());
    await database.resume();
    return database;
  }

  async resume(): Promise<void> {
    const child = spawn(
      PROGRAM,
      [
        // What is delivered twice has the same time.
        '-dedup.minScrapeInterval=1ms',
        `-httpListenAddr=127.0.0.1:${this.#port}`,
        `-storageDataPath=${this.#folder.file('data')}`,
        '-retentionPeriod=1',
        '-memory.allowedBytes=64MB',
      ],
      { stdio: 'ignore' },
    );
    await once(child, 'spawn');
    this.#process = child;
    await eventually('the database answers', () =>
      fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }

  /** As a service manager stops it: what it took it has written to its disk. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** What it has of one series, by the tag `vm`. */
  async series(name: string): Promise<ReadonlyMap<string, Series>> {
    await fetch(`${this.url}/internal/force_flush`);
    const match = encodeURIComponent(`{__name__="${name}"}`);
    const response = await fetch(`${this.url}/api/v1/export?match[]=${match}`);
    const found = new Map<string, Map<number, number[]>>();
    for (const line of (await response.text()).split('\n').filter((text) => text !== '')) {
      const { metric, values, timestamps } = JSON.parse(line) as Exported;
      const series = found.get(metric['vm'] ?? '') ?? new Map<number, number[]>();
      for (const [index, at] of timestamps.entries())
        series.set(at, [...(series.get(at) ?? []), values[index] ?? Number.NaN]);
      found.set(metric['vm'] ?? '', series);
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    await this.#folder[Symbol.asyncDispose]();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    this.#process = null;
    const exit = once(process, 'exit');
    process.kill(signal);
    await exit;
  }
}

interface Exported {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

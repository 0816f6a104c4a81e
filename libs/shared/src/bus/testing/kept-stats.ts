import assert from 'node:assert/strict';
import { statsFeed, type Sample } from '../../contracts/stats.ts';
import type { Bus } from '../bus.ts';
import { eventually } from './asserts.ts';
import { RealServer } from './real-server.ts';

/** A bus that keeps samples, and who sees to it and who publishes them; without the services themselves. */
export class KeptStats implements AsyncDisposable {
  readonly server: RealServer;
  readonly supervisor: Bus;
  readonly #stats: Bus;

  private constructor(server: RealServer, supervisor: Bus, stats: Bus) {
    this.server = server;
    this.supervisor = supervisor;
    this.#stats = stats;
  }

  static async start({ kept = true } = {}): Promise<KeptStats> {
    const server = await RealServer.start();
    const supervisor = await server.connect('supervisor');
    const self = new KeptStats(server, supervisor, await server.connect('stats'));
    if (kept) {
      supervisor.keepStats({ onFailure: (error) => assert.fail(error) });
      await self.untilKept();
    }
    return self;
  }

  /** Resolves when what is published now will be read. */
  async untilKept(): Promise<void> {
    await using bridge = await this.server.connect('influx-bridge');
    const reader = bridge.readStats((error) => assert.fail(String(error)));
    await eventually('samples are kept', async () => (await reader.waiting()) !== null);
  }

  /** Resolves when the bus has them all; waits while it is away. */
  async publish(...samples: readonly Sample[]): Promise<void> {
    for (const sample of samples)
      await eventually('it is published', () =>
        this.#stats.publish(statsFeed, sample.name, sample),
      );
    await this.#stats.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const bus of [this.#stats, this.supervisor]) await bus[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

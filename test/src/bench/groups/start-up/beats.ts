import { Bus } from '@albatross/shared/bus/bus';
import { heartbeatFeed } from '@albatross/shared/contracts/heartbeat';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';

const CONNECT_DEADLINE_MS = 10_000;
const BEAT_DEADLINE_MS = 30_000;

/** Hears the heartbeats of all processes; the first says that one serves whatever it is asked. */
export class Beats implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #heard = new Map<number, number>();
  readonly #waiting = new Map<number, (at: number) => void>();

  private constructor(bus: Bus) {
    this.#bus = bus;
  }

  static async hear(folders: Folders): Promise<Beats> {
    const bus = await Bus.connect({
      ...(await readBusAccess(folders, 'watcher')),
      identity: 'watcher',
      connectDeadlineMs: CONNECT_DEADLINE_MS,
      onDefect: (error, where) => {
        throw new Error(`defect in ${where}`, { cause: error });
      },
    });
    const self = new Beats(bus);
    bus.followProcesses(heartbeatFeed, {
      onMessage: ({ pid }) => self.#take(pid),
      onDropped: () => undefined,
    });
    await bus.flush();
    return self;
  }

  /** When the first of a process came, as `performance.now()` tells time. */
  async first(pid: number): Promise<number> {
    const heard = this.#heard.get(pid);
    if (heard !== undefined) return heard;
    return await new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`process ${pid} is not heard in ${BEAT_DEADLINE_MS} ms`)),
        BEAT_DEADLINE_MS,
      );
      this.#waiting.set(pid, (at) => {
        clearTimeout(late);
        resolve(at);
      });
    });
  }

  #take(pid: number): void {
    if (this.#heard.has(pid)) return;
    const at = performance.now();
    this.#heard.set(pid, at);
    this.#waiting.get(pid)?.(at);
    this.#waiting.delete(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bus[Symbol.asyncDispose]();
  }
}

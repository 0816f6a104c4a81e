import { Events, type NatsConnection } from 'nats';
import { deferred } from './deferred.ts';
import type { KeyHolder } from '../contracts/identities.ts';

/**
 * A connection and what the package does not tell about it: whether it is up now, and when it was lost.
 * Everything published while it is down would vanish without a word, and a request under way would only
 * run into its deadline.
 */
export class Link {
  readonly connection: NatsConnection;
  readonly identity: KeyHolder;
  #isUp = true;
  #restored = deferred();
  readonly #lossListeners = new Set<() => void>();
  readonly #reconnectListeners = new Set<() => void>();

  constructor(
    connection: NatsConnection,
    identity: KeyHolder,
    onDefect: (error: unknown, where: string) => void,
  ) {
    this.connection = connection;
    this.identity = identity;
    void this.#watch(onDefect).catch((error: unknown) => onDefect(error, 'bus status'));
  }

  get isUp(): boolean {
    return this.#isUp && !this.connection.isClosed();
  }

  /**
   * Calls `listener` when a connection is lost, until the returned function is called. No promise: a
   * connection lasts for weeks, and whatever waits for its end in vain would be kept as long.
   */
  onLost(listener: () => void): () => void {
    this.#lossListeners.add(listener);
    return () => this.#lossListeners.delete(listener);
  }

  /** Resolves when there is a connection. */
  whenUp(): Promise<void> {
    return this.#isUp ? Promise.resolve() : this.#restored.promise;
  }

  /** Calls `listener` whenever there is a connection again, until the returned function is called. */
  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener);
    return () => this.#reconnectListeners.delete(listener);
  }

  publish(subject: string, data: Uint8Array): boolean {
    try {
      this.connection.publish(subject, data);
      return true;
    } catch {
      return false;
    }
  }

  /** Resolves when everything sent has arrived, or never will. Nothing can be sent after that. */
  async drain(): Promise<void> {
    if (this.connection.isClosed() || !this.#isUp) return;
    const lost = deferred();
    this.onLost(lost.resolve);
    await Promise.race([this.connection.drain().catch(() => undefined), lost.promise]);
  }

  async close(): Promise<void> {
    if (!this.connection.isClosed()) await withoutTrace(async () => await this.connection.close());
  }

  async #watch(onDefect: (error: unknown, where: string) => void): Promise<void> {
    for await (const status of this.connection.status()) {
      const type = status.type as Events;
      if (type === Events.Disconnect && this.#isUp) {
        this.#isUp = false;
        this.#restored = deferred();
        for (const listener of this.#lossListeners) listener();
      } else if (type === Events.Reconnect) {
        this.#isUp = true;
        this.#restored.resolve();
        for (const listener of this.#reconnectListeners) callSafely(listener, onDefect);
      } else if (type === Events.Error) {
        const context =
          'permissionContext' in status ? JSON.stringify(status.permissionContext) : '';
        onDefect(new Error(`${JSON.stringify(status.data)} ${context}`.trim()), 'bus');
      }
    }
  }
}

function callSafely(listener: () => void, onDefect: (error: unknown, where: string) => void): void {
  try {
    listener();
  } catch (error) {
    onDefect(error, 'reconnect');
  }
}

/**
 * `nats` notes down from where it is closed, which nobody reads: to tell the lines of that, V8 looks through all of
 * a program, for as long as it takes to ask the bus twice.
 */
function withoutTrace<T>(close: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    // It is noted down before anything is waited for.
    return close();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

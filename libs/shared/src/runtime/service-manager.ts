import { execFile } from 'node:child_process';

/** What systemd sets for a service that tells it how it is. */
export interface Notification {
  /** NOTIFY_SOCKET */
  readonly socket: string;
  /** WATCHDOG_USEC in milliseconds: after so long without a sign of life it restarts us. Null: it does not watch. */
  readonly watchdogMs: number | null;
  /** Where the program that speaks to it is found. */
  readonly path: string;
}

/** How long after a failure it is said again that we are ready. */
export const READY_AGAIN_MS = 1_000;
/** How long the program may take to say one thing. */
export const NOTIFY_DEADLINE_MS = 20_000;

/**
 * Takes it out of the environment, for no process that is started from here may speak in our name. Null when
 * nobody wants to know.
 */
export function takeNotification(env: NodeJS.ProcessEnv): Notification | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (socket === undefined) return null;
  const isWatched =
    /^[1-9]\d{3,}$/.test(usec ?? '') && (pid ?? String(process.pid)) === String(process.pid);
  return {
    socket,
    watchdogMs: isWatched ? Number(usec) / 1_000 : null,
    path: env['PATH'] ?? '/usr/bin:/bin',
  };
}

export interface ServiceManagerOptions {
  /** Asked four times in the time of the watchdog, which hears nothing while this says no. */
  readonly isWell: () => boolean;
  readonly onDefect: (error: unknown) => void;
}

/**
 * Tells systemd when we are ready, that we are well, and when we stop. It listens on a datagram socket, which
 * Node does not have, so that systemd's own program says it, in a process of its own.
 */
export class ServiceManager implements Disposable {
  readonly #notification: Notification | null;
  readonly #options: ServiceManagerOptions;
  #timer: NodeJS.Timeout | null = null;
  #isReady = false;
  #isOver = false;

  constructor(notification: Notification | null, options: ServiceManagerOptions) {
    this.#notification = notification;
    this.#options = options;
  }

  /** What this process is there for is being done. Only the first call says so. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#sayReady();
    const watchdogMs = this.#notification?.watchdogMs ?? null;
    if (watchdogMs === null) return;
    // Nothing that hangs gets here.
    const check = (): void => (this.#options.isWell() ? this.#say('WATCHDOG=1') : undefined);
    this.#timer = setInterval(check, watchdogMs / 4).unref();
  }

  /** Until it is said: who is not heard is ended. */
  #sayReady(): void {
    this.#say('READY=1', () => {
      if (this.#isOver) return;
      setTimeout(() => this.#sayReady(), READY_AGAIN_MS).unref();
    });
  }

  #say(state: string, onFailure: () => void = () => undefined): void {
    if (this.#notification === null) return;
    const { socket: NOTIFY_SOCKET, path: PATH } = this.#notification;
    const options = { env: { NOTIFY_SOCKET, PATH }, timeout: NOTIFY_DEADLINE_MS };
    execFile('systemd-notify', [state], options, (error) => {
      if (error === null) return;
      this.#options.onDefect(error);
      onFailure();
    });
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#isOver = true;
    if (this.#isReady) this.#say('STOPPING=1');
  }
}

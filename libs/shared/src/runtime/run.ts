import { escapeLines } from './escape.ts';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { Scope } from './scope.ts';
import { ServiceManager, type Notification } from './service-manager.ts';

/** How long closing may take, after a signal or a failed start, before the process ends all the same. */
export const STOP_DEADLINE_MS = 10_000;

/** A start that cannot succeed for a reason people understand: it is told in one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/**
 * `done`: there is nothing to stay for. Who is ready before all is there, because the rest may be long in coming,
 * tells `manager` so; otherwise it is told when this resolves.
 */
type Start = (
  scope: Scope,
  stop: AbortSignal,
  manager: Pick<ServiceManager, 'ready'>,
) => Promise<void | 'done'>;

/**
 * The life of a process: starts, waits for SIGTERM or SIGINT (unless it is done), closes everything in reverse and ends by
 * having nothing left to do. Exit status 0 after a signal, 1 when starting or closing failed, 2 when
 * closing took too long. `notification` is for who wants to know how it is. Must be called once.
 */
export async function run(
  name: string,
  notification: Notification | null,
  start: Start,
  { stopDeadlineMs = STOP_DEADLINE_MS } = {},
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  stop.signal.addEventListener('abort', () => {
    setTimeout(() => process.exit(2), stopDeadlineMs).unref();
  });
  const report = (error: unknown): void => {
    process.exitCode = 1;
    process.stderr.write(`${name}: ${escapeLines(describe(error))}\n`);
  };
  const scope = new Scope();
  const manager = new ServiceManager(notification, {
    isWell: () => scope.isWell,
    onDefect: (error) => process.stderr.write(`${name}: ${escapeLines(describe(error))}\n`),
  });
  await live(scope, { start, manager }, stop.signal).catch((error: unknown) => {
    // Whoever gave up starting because of the signal did what it asked for.
    if (!stop.signal.aborted || error !== stop.signal.reason) report(error);
  });
  stop.abort();
  manager[Symbol.dispose]();
  await scope[Symbol.asyncDispose]().catch(report);
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
}

async function live(
  scope: Scope,
  { start, manager }: { readonly start: Start; readonly manager: ServiceManager },
  stop: AbortSignal,
): Promise<void> {
  if ((await start(scope, stop, manager)) === 'done') return;
  manager.ready();
  // The signal's handlers alone do not keep a process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  if (!stop.aborted) await once(stop, 'abort');
  clearInterval(alive);
}

/** A stack alone would not tell what an `AggregateError` or a cause holds. */
function describe(error: unknown): string {
  return error instanceof StartError ? error.message : inspect(error);
}

import { createLogger, type LogLevel, type Logger } from '@albatross/shared/runtime/logger';
import type { Scope } from '@albatross/shared/runtime/scope';
import type { Options } from './options.ts';
import { Syslog } from './syslog.ts';

/**
 * Where the gateway logs to; null for one that inetd started and that has no place to: its stdout and stderr
 * are the client. Throws `StartError`.
 */
export async function openLog(
  name: string,
  options: Extract<Options, { readonly kind: 'tls' | 'local' }>,
  { scope, usualLevel }: { readonly scope: Scope; readonly usualLevel: LogLevel },
): Promise<Logger | null> {
  const level = options.logLevel ?? usualLevel;
  if (level === 'quiet') return NO_LOG;
  if (options.isSyslog) return createLogger(name, level, scope.use(await Syslog.start(TAG)));
  const isInetd = options.kind === 'tls' && options.entrance.kind === 'inetd';
  return isInetd ? null : createLogger(name, level);
}

/** The original's name. */
const TAG = 'albatross-tls-endpoint';
const nothing = (): void => undefined;
const NO_LOG: Logger = { error: nothing, warn: nothing, info: nothing, debug: nothing };

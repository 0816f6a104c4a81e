import { escapeJson } from './escape.ts';
import { StartError } from './run.ts';
import { destination, pino, stdSerializers, type DestinationStream } from 'pino';

/** What every record has; pino would write a field of the same name a second time. */
type Reserved = 'level' | 'time' | 'process' | 'pid' | 'msg';

/** Fields of one record. An `error` is told with its stack and causes. */
type Fields = Readonly<Record<string, unknown>> & { readonly [key in Reserved]?: never };

/**
 * Logs are events with fields, never sentences with values inside. `error`: somebody must act; `warn`: it
 * may come to that; `info`: sparse signs of life; `debug`: the rest.
 */
export interface Logger {
  error(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  debug(event: string, fields?: Fields): void;
}

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What ALBATROSS_LOG_LEVEL says. Throws `StartError`. */
export function readLogLevel(text = 'info'): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level !== undefined) return level;
  throw new StartError(`ALBATROSS_LOG_LEVEL is ${text}; it is one of ${LOG_LEVELS.join(', ')}`);
}

/**
 * Records go to stderr as lines of JSON, without buffering: a killed process leaves none behind. What a
 * guest or the network wrote can stand in any of them, and may end up on a terminal: it is escaped.
 */
export function createLogger(
  name: string,
  level: LogLevel,
  stream: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
  const base = { process: name, pid: process.pid };
  const serializers = { error: stdSerializers.errWithCause };
  const escaped = { write: (record: string) => stream.write(escapeRecord(record)) };
  const log = pino({ level, base, serializers }, escaped);
  return {
    error: (event, fields = {}) => log.error(fields, event),
    warn: (event, fields = {}) => log.warn(fields, event),
    info: (event, fields = {}) => log.info(fields, event),
    debug: (event, fields = {}) => log.debug(fields, event),
  };
}

function escapeRecord(record: string): string {
  return `${escapeJson(record.trimEnd())}\n`;
}

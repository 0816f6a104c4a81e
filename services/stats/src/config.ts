import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { readLogLevel, type LogLevel } from '@albatross/shared/runtime/logger';
import { StartError } from '@albatross/shared/runtime/run';

export interface Config {
  readonly folders: Folders;
  readonly logLevel: LogLevel;
  /** Between two samples. */
  readonly intervalMs: number;
  /** Of the page for Prometheus, on loopback; 0: any that is free. */
  readonly metricsPort: number;
}

const INTERVAL_S_DEFAULT = '10';
const INTERVAL_S_LARGEST = 3600;
/** Of the system's own; there may be many below other folders. */
const METRICS_PORT_DEFAULT = '9825';
const PORT_LARGEST = 65_535;

/** Throws `StartError`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const dir = env['ALBATROSS_DIR'] ?? '';
  return {
    folders: foldersOf(dir),
    logLevel: readLogLevel(env['ALBATROSS_LOG_LEVEL']),
    intervalMs: readInterval(env['ALBATROSS_STATS_INTERVAL_S'] ?? INTERVAL_S_DEFAULT) * 1000,
    metricsPort: readPort(
      env['ALBATROSS_METRICS_PORT'] ?? (dir === '' ? METRICS_PORT_DEFAULT : '0'),
    ),
  };
}

function readInterval(text: string): number {
  const seconds = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= INTERVAL_S_LARGEST) return seconds;
  throw new StartError(
    `ALBATROSS_STATS_INTERVAL_S is ${text}; it is whole seconds, from 1 to ${INTERVAL_S_LARGEST}`,
  );
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= PORT_LARGEST) return port;
  throw new StartError(
    `ALBATROSS_METRICS_PORT is ${text}; it is a port, up to ${PORT_LARGEST}, or 0 for any that is free`,
  );
}

import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { readLogLevel, type LogLevel } from '@albatross/shared/runtime/logger';
import type { FilesInEnvironment } from './options.ts';

export interface Config {
  readonly folders: Folders;
  readonly logLevel: LogLevel;
  /** What the unit of the original names its files with. */
  readonly files: FilesInEnvironment;
}

/** Throws `StartError`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    folders: foldersOf(env['ALBATROSS_DIR']),
    logLevel: readLogLevel(env['ALBATROSS_LOG_LEVEL']),
    files: { ca: env['CA'], certificate: env['CERT'], key: env['KEY'] },
  };
}

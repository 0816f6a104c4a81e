import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { readLogLevel, type LogLevel } from '@albatross/shared/runtime/logger';

export interface Config {
  readonly folders: Folders;
  readonly logLevel: LogLevel;
}

/** Throws `StartError`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return {
    folders: foldersOf(env['ALBATROSS_DIR']),
    logLevel: readLogLevel(env['ALBATROSS_LOG_LEVEL']),
  };
}

import { foldersOf, type Folders } from '@albatross/shared/runtime/folders';
import { readLogLevel, type LogLevel } from '@albatross/shared/runtime/logger';
import { StartError } from '@albatross/shared/runtime/run';
import type { FloodRate } from './flood-limit.ts';

export interface Config {
  readonly folders: Folders;
  readonly logLevel: LogLevel;
  /** What each unikernel may print; beyond it lines are thrown away. */
  readonly rate: FloodRate;
  /** Of all histories together. */
  readonly historyBytesMax: number;
}

const MIB = 1024 * 1024;
const LINES_PER_S_DEFAULT = 1000;
const BYTES_PER_S_DEFAULT = MIB;
const HISTORY_BYTES_DEFAULT = 4096 * MIB;

/** Throws `StartError`. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const count = (name: string, least: number, otherwise: number): number =>
    readCount(name, env[name], { least, otherwise });
  return {
    folders: foldersOf(env['ALBATROSS_DIR']),
    logLevel: readLogLevel(env['ALBATROSS_LOG_LEVEL']),
    rate: {
      linesPerS: count('ALBATROSS_CONSOLE_LINES_PER_S', 1, LINES_PER_S_DEFAULT),
      bytesPerS: count('ALBATROSS_CONSOLE_BYTES_PER_S', 1, BYTES_PER_S_DEFAULT),
    },
    historyBytesMax: count('ALBATROSS_CONSOLE_BYTES', MIB, HISTORY_BYTES_DEFAULT),
  };
}

function readCount(
  name: string,
  text: string | undefined,
  { least, otherwise }: { readonly least: number; readonly otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new StartError(
    `${name} is ${JSON.stringify(text)}; it is a whole number of at least ${least}, as in ${otherwise}`,
  );
}

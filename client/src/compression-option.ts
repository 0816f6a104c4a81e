import { Failure } from '@albatross/shared/contracts/failures';
import type { Command } from 'commander';

export interface CompressionFlags {
  readonly compressionLevel: number;
}

/** What travels over loopback is compressed only when somebody asks for it. */
const LEVEL_DEFAULT = 0;

export function addCompressionOption(command: Command): Command {
  return command.option(
    '--compression-level <level>',
    'compress what travels: from 1, fast, to 9, small; 0 not at all',
    readLevel,
    LEVEL_DEFAULT,
  );
}

export function readLevel(text: string): number {
  if (/^[0-9]$/.test(text)) return Number(text);
  throw new Failure(
    'USAGE_INVALID',
    `--compression-level is a number from 0 to 9; ${JSON.stringify(text)} is not`,
  );
}

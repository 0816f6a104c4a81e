import { Failure } from '@albatross/shared/contracts/failures';
import type { Command } from 'commander';
import type { Place } from './remote/destination-options.ts';

export interface CompressionFlags {
  /** As it was chosen; see `compressionLevelAt`. */
  readonly compressionLevel?: number;
}

/** What travels over loopback is compressed only when somebody asks for it. */
const LEVEL_DEFAULT = 0;
/** Other hosts are further away; and a certificate has only so much room. */
const REMOTE_LEVEL_DEFAULT = 9;

export function addCompressionOption(command: Command): Command {
  return command.option(
    '--compression-level <level>',
    `compress what travels: from 1, fast, to 9, small; 0 not at all (default: ${LEVEL_DEFAULT}; to another host ${REMOTE_LEVEL_DEFAULT})`,
    readLevel,
  );
}

/** What it is for orders to that place. */
export function compressionLevelAt(place: Place, { compressionLevel }: CompressionFlags): number {
  return compressionLevel ?? (place.kind === 'local' ? LEVEL_DEFAULT : REMOTE_LEVEL_DEFAULT);
}

export function readLevel(text: string): number {
  if (/^[0-9]$/.test(text)) return Number(text);
  throw new Failure(
    'USAGE_INVALID',
    `--compression-level is a number from 0 to 9; ${JSON.stringify(text)} is not`,
  );
}

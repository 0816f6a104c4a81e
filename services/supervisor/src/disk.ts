import { Failure } from '@albatross/shared/contracts/failures';

/** Turns the system's "no room" into a failure people can act on; anything else stays what it is. */
export function diskFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new Failure('DISK_FULL', 'there is no room left on the disk; nothing was changed');
}

import type { NewerFormat } from '@albatross/shared/contracts/stored-version';
import { StartError } from '@albatross/shared/runtime/run';

/** For a file of our state that a newer version wrote, and that therefore stays as it is. */
export function newerFile(path: string, { version, known }: NewerFormat): StartError {
  return new StartError(
    `${path} is of version ${version}, and this supervisor knows ${known}: it was written by a newer one, which has to be started instead; or put back the state from before`,
  );
}

import { shellWord } from '@albatross/shared/runtime/shell-word';
import type { HostPlace } from './host-place.ts';

/** What starts the system, in a checkout, and makes what it needs; where no folder is given, below one that is then to be named. */
export function startCommand({ dir }: Pick<HostPlace, 'dir'>): string {
  return dir === null
    ? 'export ALBATROSS_DIR=$PWD/.albatross && npm start'
    : `npm start -- --dir ${shellWord(dir)}`;
}

import type { Folders } from '@albatross/shared/runtime/folders';

/** Where `doctor` looks. */
export interface HostPlace {
  readonly folders: Folders;
  /** As `--dir` or the environment has it; null: the system's own folders. */
  readonly dir: string | null;
  /** Folders in which programs are looked for. */
  readonly programFolders: readonly string[];
  /** Of whoever asks. */
  readonly uid: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Where Debian has nats-server, and an ordinary user's PATH does not lead. */
const SBIN = '/usr/sbin:/sbin';

/** `path` as in PATH; relative folders are passed over, as programs of theirs depend on where somebody stands. */
export function programFoldersOf(path: string | undefined): readonly string[] {
  const folders = `${path ?? '/usr/local/bin:/usr/bin:/bin'}:${SBIN}`.split(':');
  return [...new Set(folders.filter((folder) => folder.startsWith('/')))];
}

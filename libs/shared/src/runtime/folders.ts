import { join, resolve } from 'node:path';

/** The three folders everything lives in. */
export interface Folders {
  /** Server configuration, keys, where the bus is. */
  readonly conf: string;
  /** What the next boot may forget: lives, exits, process ids. */
  readonly run: string;
  /** What it may not: unikernels, images, console histories. */
  readonly state: string;
}

const SYSTEM_FOLDERS: Folders = {
  conf: '/etc/albatross',
  run: '/run/albatross',
  state: '/var/lib/albatross',
};

/** All three below one folder, as `npm start -- --dir DIR` has them; without one, the system's own. */
export function foldersOf(dir: string | undefined): Folders {
  if (dir === undefined || dir === '') return SYSTEM_FOLDERS;
  const base = resolve(dir);
  return { conf: join(base, 'etc'), run: join(base, 'run'), state: join(base, 'lib') };
}

export function busUrlFile(folders: Folders): string {
  return join(folders.conf, 'bus.url');
}

export function keyFile(folders: Folders, identity: string): string {
  return join(folders.conf, 'keys', `${identity}.nk`);
}

export function livesFolder(folders: Folders): string {
  return join(folders.run, 'lives');
}

export function exitsFolder(folders: Folders): string {
  return join(folders.run, 'exits');
}

/** In it fifos for lives to come. */
export function fifosFolder(folders: Folders): string {
  return join(folders.run, 'fifos');
}

/** In it `<name>/config` for each unikernel. */
export function unikernelsFolder(state: string): string {
  return join(state, 'unikernels');
}

/** In it images, called by the SHA-256 of their bytes. */
export function imagesFolder(state: string): string {
  return join(state, 'images', 'sha256');
}

export function policiesFile(state: string): string {
  return join(state, 'policies');
}

/** In it the contents of block devices, and their index. */
export function blocksFolder(state: string): string {
  return join(state, 'block');
}

import { exitsFolder, foldersOf, livesFolder } from '@albatross/shared/runtime/folders';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything unikernels leave on a machine, below one folder of the system. */
export interface Traces {
  readonly lives: readonly string[];
  readonly exits: readonly string[];
  readonly unikernels: readonly string[];
  readonly images: readonly string[];
  readonly blobs: readonly string[];
  readonly consoles: readonly string[];
  /** Keepers and tenders. */
  readonly processes: readonly number[];
}

export function tracesIn(dir: string): Traces {
  const folders = foldersOf(dir);
  return {
    lives: list(livesFolder(folders)),
    exits: list(exitsFolder(folders)),
    unikernels: list(join(folders.state, 'unikernels')),
    images: list(join(folders.state, 'images', 'sha256')),
    blobs: list(join(folders.state, 'blobs')),
    consoles: list(join(folders.state, 'console')),
    processes: unikernelProcesses(dir),
  };
}

/** Keepers and tenders: who else would work in the folder of a life, or in that of block devices? */
export function unikernelProcesses(dir: string): readonly number[] {
  const folders = foldersOf(dir);
  const blocks = join(folders.state, 'block');
  return processIds().filter((pid) => {
    const folder = workingFolder(pid);
    return folder.startsWith(`${livesFolder(folders)}/`) || folder === blocks;
  });
}

/** Whoever was started for that folder: runner, services, clients. */
export function systemProcesses(dir: string): readonly number[] {
  return processIds().filter((pid) =>
    readProc(pid, 'environ').split('\0').includes(`ALBATROSS_DIR=${dir}`),
  );
}

/** The name of a process's program, as far as the kernel keeps it; '' when it has ended. */
export function commandOf(pid: number): string {
  return readProc(pid, 'comm').trimEnd();
}

/** Its parent and the start that tells it from others with the same number; null when it has ended. */
export function processStat(pid: number): { parent: number; startTicks: string } | null {
  const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  const [state, parent, startTicks] = [fields[0], fields[1], fields[19]];
  if (startTicks === undefined || state === 'Z') return null;
  return { parent: Number(parent), startTicks };
}

/** Its real, effective, saved and file system user. */
export function usersOf(pid: number): readonly number[] {
  const line = /^Uid:(.*)$/m.exec(readProc(pid, 'status'))?.[1] ?? '';
  return line.trim().split('\t').map(Number);
}

function processIds(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function list(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

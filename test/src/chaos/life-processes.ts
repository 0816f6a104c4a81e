import { livesFolder, type Folders } from '@albatross/shared/runtime/folders';
import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { commandOf, processStat } from '../harness/traces.ts';

/** A process of one life, found in the process table and nowhere else. */
export interface LifeProcess {
  readonly pid: number;
  readonly startTicks: string;
  /** The name of the folder it works in, or prints into. */
  readonly life: string;
  readonly role: 'keeper' | 'tender';
  /** The names of the files of block devices that it has open. */
  readonly blockFiles: readonly string[];
}

/** Keepers work in their life's folder; tenders perhaps elsewhere, but print into its fifo. */
export function lifeProcesses(folders: Folders): readonly LifeProcess[] {
  const lives = `${livesFolder(folders)}/`;
  return processIds().flatMap((pid) => {
    const place = [linkOf(pid, 'cwd'), linkOf(pid, 'fd/1')].find((path) => path.startsWith(lives));
    const stat = place === undefined ? null : processStat(pid);
    if (place === undefined || stat === null) return [];
    const [life = ''] = place.slice(lives.length).split('/');
    const role = commandOf(pid) === 'solo5-spt' ? 'tender' : 'keeper';
    const blockFiles = role === 'tender' ? openBlockFiles(pid, folders) : [];
    return [{ pid, startTicks: stat.startTicks, life, role, blockFiles }];
  });
}

export function openBlockFiles(pid: number, folders: Folders): readonly string[] {
  const folder = `${join(folders.state, 'block')}/`;
  return list(`/proc/${pid}/fd`)
    .map((fd) => linkOf(pid, `fd/${fd}`))
    .filter((path) => path.startsWith(folder))
    .map((path) => basename(path));
}

function processIds(): readonly number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // It ended.
    return [];
  }
}

function linkOf(pid: number, link: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return '';
  }
}

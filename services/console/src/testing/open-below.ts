import { existsSync, readdirSync, readlinkSync } from 'node:fs';

/** Descriptors of this process that are files below a folder. */
export function openBelow(folder: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    const link = `/proc/self/fd/${fd}`;
    return existsSync(link) && readlinkSync(link).startsWith(`${folder}/`);
  }).length;
}

import { StartError } from '@albatross/shared/runtime/run';
import { readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { inheritedDescriptors, type Activation } from '../activation.ts';
import { DOORS, socketFile, type Door } from './door.ts';

/**
 * The descriptors of the sockets that were given to this process, told apart by the files that they listen
 * at: systemd gives them in the order of the units' names. Throws `StartError`.
 */
export async function inheritedSockets(activation: Activation): Promise<ReadonlyMap<Door, number>> {
  const wanted = `systemd has to hand over ${DOORS.length} sockets: ${DOORS.map(socketFile).join(', ')}`;
  const descriptors = inheritedDescriptors(activation, DOORS.length, wanted);
  const table = await readFile('/proc/net/unix', 'latin1');
  const found = new Map<Door, number>();
  for (const fd of descriptors) {
    const path = pathOf(table, await inodeOf(fd));
    const door = DOORS.find((one) => path !== null && basename(path) === socketFile(one));
    if (door === undefined || found.has(door))
      throw new StartError(`${wanted}; descriptor ${fd} is ${path ?? 'no socket with a file'}`);
    found.set(door, fd);
  }
  return found;
}

async function inodeOf(fd: number): Promise<string | null> {
  const link = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
  return /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? null;
}

/**
 * ```text
 * line = num ": " refcount protocol flags type state inode [path]     ; separated by blanks
 * ```
 */
function pathOf(table: string, inode: string | null): string | null {
  for (const line of table.split('\n')) {
    const columns = /^\S+ +\S+ +\S+ +\S+ +\S+ +\S+ +(\d+)(?: (.+))?$/.exec(line);
    if (inode !== null && columns?.[1] === inode) return columns[2] ?? null;
  }
  return null;
}

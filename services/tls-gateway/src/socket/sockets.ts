import { join } from 'node:path';
import { FrameRoom } from '../session/frame-room.ts';
import type { Activation } from '../activation.ts';
import { inheritedSockets } from './inherited-sockets.ts';
import { DoorServer } from './door-server.ts';
import { DOORS, socketFile } from './door.ts';
import type { LocalSystem } from './local-session.ts';
import { takePlace, openToGroup } from './socket-place.ts';

export interface SocketsOptions extends LocalSystem {
  /** Where the sockets are: `util` in the run folder. */
  readonly folder: string;
  /** Null: they are made here. Otherwise systemd has them, and nothing in the folder is touched. */
  readonly activation: Activation | null;
}

/** What all clients together may be sending of large frames at one time, and one of them beyond it. */
export const LOCAL_FRAMES_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The original's sockets, `vmmd.sock`, `console.sock` and `stat.sock`, for its clients on this host and its
 * TLS endpoint. Who may open one may order everything. Throws `StartError`, also when the original's daemon
 * answers there.
 */
export async function startSockets({
  folder,
  activation,
  ...system
}: SocketsOptions): Promise<AsyncDisposable & { readonly isWell: boolean }> {
  const inherited = activation === null ? null : await inheritedSockets(activation);
  const place = inherited === null ? await takePlace(folder) : null;
  const room = new FrameRoom(LOCAL_FRAMES_BYTES_MAX);
  const servers: DoorServer[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(async (server) => await server[Symbol.asyncDispose]()));
    await place?.[Symbol.asyncDispose]();
  };
  try {
    for (const door of DOORS) {
      const path = join(folder, socketFile(door));
      const fd = inherited?.get(door);
      const where = fd === undefined ? { path } : { fd };
      servers.push(await DoorServer.listen(where, door, { system, room }));
      if (fd === undefined) await openToGroup(path);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get isWell() {
      return servers.every((server) => server.isWell);
    },
    [Symbol.asyncDispose]: close,
  };
}

import { ROOT } from '@albatross/shared/domain/name';
import { StartError } from '@albatross/shared/runtime/run';
import { concatenate, encodeFrame, encodeMessage } from '@albatross/wire';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../session/connection.ts';
import type { FrameRoom } from '../session/frame-room.ts';
import type { Door } from './door.ts';
import { LocalSession, type LocalSystem } from './local-session.ts';

/** At each of the sockets: who follows consoles shuts nobody out who wants to command. */
export const LOCAL_CONNECTIONS_MAX = 256;
/** A command has its image within. */
export const LOCAL_FRAME_BYTES_MAX = 128 * 1024 * 1024;
/** How long a client may let us wait for what it has to say. */
export const LOCAL_SILENCE_MS = 30_000;
/** How long a client may take nothing of its answer. */
export const LOCAL_WRITE_MS = 30_000;
/** How long answers that are on their way are waited for when the gateway stops. */
const STOP_GRACE_MS = 2_000;

/** One of the sockets, and its clients. */
export class DoorServer implements AsyncDisposable {
  readonly #door: Door;
  readonly #system: LocalSystem;
  readonly #room: FrameRoom;
  readonly #server: Server;
  readonly #clients = new Map<LocalSession, { connection: Connection; over: Promise<void> }>();
  #isFull = false;

  private constructor(door: Door, system: LocalSystem, room: FrameRoom) {
    this.#door = door;
    this.#system = system;
    this.#room = room;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#welcome(socket));
  }

  /** `where`: a path, or a descriptor that listens already. Throws `StartError`. */
  static async listen(
    where: { readonly path: string } | { readonly fd: number },
    door: Door,
    { system, room }: { readonly system: LocalSystem; readonly room: FrameRoom },
  ): Promise<DoorServer> {
    const one = new DoorServer(door, system, room);
    const listening = once(one.#server, 'listening');
    one.#server.listen(where);
    await listening.catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(`nothing can be listened to for ${door}: ${why}`);
    });
    one.#server.on('error', (error) => system.log.warn('a client was not let in', { door, error }));
    return one;
  }

  get isWell(): boolean {
    return this.#server.listening;
  }

  /** Lets nobody in any more, and ends what is answered soon; streams end at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const [session, { connection }] of this.#clients)
      if (!session.isAnswering) connection[Symbol.dispose]();
    const grace = new AbortController();
    const late = sleep(STOP_GRACE_MS, null, { signal: grace.signal }).catch(() => null);
    const all = Promise.all([...this.#clients.values()].map(async ({ over }) => await over));
    await Promise.race([all, late]);
    grace.abort();
    for (const { connection } of this.#clients.values()) connection[Symbol.dispose]();
    await closed;
  }

  #welcome(socket: Socket): void {
    const isFull = this.#clients.size >= LOCAL_CONNECTIONS_MAX;
    if (isFull && !this.#isFull)
      this.#system.log.warn('as many clients as may be', { door: this.#door });
    this.#isFull = isFull;
    if (isFull) return turnAway(socket);
    const connection = new Connection(socket, {
      frameBytesMax: LOCAL_FRAME_BYTES_MAX,
      silenceMsMax: LOCAL_SILENCE_MS,
      writeMsMax: LOCAL_WRITE_MS,
      room: this.#room,
    });
    const session = new LocalSession(this.#door, connection, this.#system);
    const over = session.run().finally(() => this.#clients.delete(session));
    this.#clients.set(session, { connection, over });
  }
}

/** Waits for nothing: what the kernel does not take at once, nobody gets. */
function turnAway(socket: Socket): void {
  const text = `${LOCAL_CONNECTIONS_MAX} clients are connected, and no more may be; try again later [BUSY]`;
  const header = { sequence: 0n, name: ROOT };
  const message = encodeMessage({ header, payload: { kind: 'failure', text } });
  socket.on('error', () => undefined);
  socket.write(concatenate(encodeFrame(message)));
  socket.destroySoon();
}

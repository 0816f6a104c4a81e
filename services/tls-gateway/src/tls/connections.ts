import type { Socket } from 'node:net';
import { HandshakeError } from './handshake.ts';
import { plainRefusal } from './refusal-reasons.ts';
import { Tally } from './tally.ts';

/** In all, whatever they are at. */
export const CONNECTIONS_MAX = 1_024;
/** Of one address, before it has shown who it is. */
export const ARRIVALS_PER_ADDRESS_MAX = 512;

interface Arrived {
  readonly socket: Socket;
  readonly group: string;
  readonly end: AbortController;
}

/** Every connection there is, so that their number is bounded and all can be ended. */
export class Connections {
  readonly #sockets = new Set<Socket>();
  /** The oldest first. */
  readonly #arrivals = new Set<Arrived>();
  readonly #arrivalsOf = new Tally();
  #total = 0;
  #isClosed = false;

  get counts(): { readonly active: number; readonly arrivals: number; readonly total: number } {
    return { active: this.#sockets.size, arrivals: this.#arrivals.size, total: this.#total };
  }

  /**
   * A connection of somebody who has not shown yet who it is, until it is disposed of: then it is known. Null
   * when there is no room for it. Those who share a group share its bound. `end` is aborted, with a
   * `HandshakeError`, when others need the room; the socket is gone then.
   */
  arrive(socket: Socket, group: string, end: AbortController): Disposable | null {
    if (this.#isClosed || this.#arrivalsOf.of(group) >= ARRIVALS_PER_ADDRESS_MAX) return null;
    if (this.#sockets.size >= CONNECTIONS_MAX && !this.#pushOutFor(group)) return null;
    const arrived: Arrived = { socket, group, end };
    this.#total += 1;
    this.#sockets.add(socket);
    this.#arrivals.add(arrived);
    this.#arrivalsOf.add(group, 1);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#forget(arrived);
    });
    return { [Symbol.dispose]: () => this.#forget(arrived) };
  }

  /** Takes no more, and ends those of whom nobody knows who they are. */
  close(): void {
    this.#isClosed = true;
    for (const { socket } of this.#arrivals) socket.destroy();
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends the oldest arrival of the group that has the most of them. False when that is this one. */
  #pushOutFor(group: string): boolean {
    const { most } = this.#arrivalsOf;
    if (most <= this.#arrivalsOf.of(group)) return false;
    for (const arrived of this.#arrivals) {
      if (this.#arrivalsOf.of(arrived.group) < most) continue;
      this.#forget(arrived);
      this.#sockets.delete(arrived.socket);
      // First, so that whoever waits for something of it knows why it is gone.
      arrived.end.abort(new HandshakeError(plainRefusal('too-many-from-address')));
      arrived.socket.destroy();
      return true;
    }
    return false;
  }

  #forget(arrived: Arrived): void {
    if (this.#arrivals.delete(arrived)) this.#arrivalsOf.add(arrived.group, -1);
  }
}

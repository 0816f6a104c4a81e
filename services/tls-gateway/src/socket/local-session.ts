import { Failure } from '@albatross/shared/contracts/failures';
import { ROOT } from '@albatross/shared/domain/name';
import type { Requests } from '@albatross/shared/bus/bus';
import type { Logger } from '@albatross/shared/runtime/logger';
import {
  commandRule,
  decodeMessage,
  WireError,
  type WireCommand,
  type WireMessage,
} from '@albatross/wire';
import { send, type Client } from '../session/client.ts';
import type { Connection } from '../session/connection.ts';
import { failureText } from '../session/failure-text.ts';
import type { Order } from '../session/order.ts';
import { refusalAt, type Door } from './door.ts';

export interface LocalSystem {
  /** In whose name every order is carried out: whoever may open a socket may everything. */
  readonly requests: Requests;
  /** Answers an order. Throws when the client has gone, and for a defect. */
  readonly carryOut: (order: Order, client: Client) => Promise<void>;
  readonly log: Logger;
}

/** One client on one of the sockets, from its first byte to the end. */
export class LocalSession {
  readonly #door: Door;
  readonly #connection: Connection;
  readonly #system: LocalSystem;
  #command: WireCommand | null = null;
  /** Of an answer that is not complete yet. */
  #isBegun = false;

  constructor(door: Door, connection: Connection, system: LocalSystem) {
    this.#door = door;
    this.#connection = connection;
    this.#system = system;
  }

  /** Whether it is worth waiting for, by who wants to stop: a stream lasts as long as its client does. */
  get isAnswering(): boolean {
    return this.#command !== null && commandRule(this.#command).answer !== 'stream';
  }

  /**
   * One command, one answer, and the end. Behind a policy another command may follow: so the original's TLS
   * endpoint gives those of its client first. Never rejects.
   */
  async run(): Promise<void> {
    try {
      while (await this.#answerNext());
    } catch (error) {
      await this.#explain(error).catch(() => undefined);
    }
    await this.#connection.end();
  }

  /** Whether another command may follow. */
  async #answerNext(): Promise<boolean> {
    const next = await this.#connection.frames.next();
    // A frame without content is an end to the original, too.
    if (next.done === true || next.value.kind === 'end') return false;
    const message = decode(next.value.bytes, next.value.offset);
    const { header, payload } = message;
    const client = this.#connection.client(header);
    const refusal = refusalAt(this.#door, payload);
    if (refusal !== null || payload.kind !== 'command') {
      await fail(client, new Failure('REQUEST_INVALID', refusal ?? ''));
      return false;
    }
    const { command } = payload;
    this.#command = command;
    const { requests, carryOut } = this.#system;
    const order = { name: header.name, command, policies: [], requests, door: 'socket' } as const;
    await carryOut(order, {
      ...client,
      write: async (bytes) => {
        this.#isBegun = true;
        await client.write(bytes);
      },
    });
    this.#isBegun = false;
    this.#command = null;
    return command.kind === 'policy-add';
  }

  /** There is no message to take a header from: it is that of the first command of all. */
  async #explain(error: unknown): Promise<void> {
    if (this.#connection.gone.aborted) return;
    const failure = this.#failureOf(error);
    if (this.#isBegun) {
      // Whatever is said now would be taken for the rest of that. It is seen that its end is missing.
      this.#system.log.warn('an answer was cut short', { command: this.#command?.kind, error });
      return;
    }
    const client = this.#connection.client({ sequence: 0n, name: ROOT });
    await fail(client, failure);
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (error instanceof WireError) return new Failure('REQUEST_INVALID', error.message);
    this.#system.log.error('defect', { where: `${this.#door}.sock`, error });
    return new Failure('INTERNAL', "this is a defect; the gateway's log says more");
  }
}

function decode(bytes: Uint8Array, offset: number): WireMessage {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const where = `the frame at byte ${offset} is no message of version 5`;
    throw new Failure('REQUEST_INVALID', `${where}: ${error.message}`);
  }
}

async function fail(client: Client, failure: Failure): Promise<void> {
  await send(client, { kind: 'failure', text: failureText(failure) });
}

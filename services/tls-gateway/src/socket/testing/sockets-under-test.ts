import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import type { Requests } from '@albatross/shared/bus/bus';
import type { Logger } from '@albatross/shared/runtime/logger';
import { concatenate, encodeFrame, encodeMessage, type WirePayload } from '@albatross/wire';
import { parseName } from '@albatross/shared/domain/name';
import { send } from '../../session/client.ts';
import type { Order } from '../../session/order.ts';
import { socketFile, type Door } from '../door.ts';
import type { LocalSystem } from '../local-session.ts';
import { startSockets } from '../sockets.ts';

/** The sockets in a folder of their own, over somebody who carries out orders as a test wants it. */
export class SocketsUnderTest implements AsyncDisposable {
  readonly orders: Order[] = [];
  readonly logged: string[] = [];
  readonly folder: string;
  readonly #temporary: TemporaryFolder;
  #sockets: AsyncDisposable | null = null;

  private constructor(temporary: TemporaryFolder) {
    this.#temporary = temporary;
    this.folder = temporary.file('util');
  }

  static async start(
    carryOut: LocalSystem['carryOut'] = answerDone,
    requests: Requests = NOBODY,
  ): Promise<SocketsUnderTest> {
    const one = new SocketsUnderTest(await TemporaryFolder.make());
    await one.resume(carryOut, requests);
    return one;
  }

  async resume(
    carryOut: LocalSystem['carryOut'] = answerDone,
    requests: Requests = NOBODY,
  ): Promise<void> {
    this.#sockets = await startSockets({
      folder: this.folder,
      activation: null,
      log: recordingLogger(this.logged),
      requests,
      carryOut: async (order, client) => {
        this.orders.push(order);
        await carryOut(order, client);
      },
    });
  }

  path(door: Door): string {
    return `${this.folder}/${socketFile(door)}`;
  }

  async stop(): Promise<void> {
    await this.#sockets?.[Symbol.asyncDispose]();
    this.#sockets = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#temporary[Symbol.asyncDispose]();
  }
}

export const NOBODY: Requests = {
  request: async () => await Promise.reject(new Error('nobody is asked here')),
};

export const SILENT: Logger = recordingLogger([]);

export const INFO = {
  kind: 'command',
  command: { kind: 'unikernel-info', form: 'newest' },
} as const satisfies WirePayload;

/** A frame with a message of this sequence about this name. */
export function message(payload: WirePayload, name = ':', sequence = 0n): Uint8Array {
  return concatenate(
    encodeFrame(encodeMessage({ header: { sequence, name: parseName(name) }, payload })),
  );
}

export const answerDone: LocalSystem['carryOut'] = async (_, client) =>
  await send(client, { kind: 'reply', reply: { kind: 'string', text: 'done' } });

function recordingLogger(events: string[]): Logger {
  const record = (event: string): void => void events.push(event);
  return { error: record, warn: record, info: record, debug: record };
}

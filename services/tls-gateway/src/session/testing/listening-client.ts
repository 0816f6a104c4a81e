import { deferred } from '@albatross/shared/bus/deferred';
import { parseName } from '@albatross/shared/domain/name';
import { concatenate, decodeMessage, type WireHeader, type WireMessage } from '@albatross/wire';
import type { Client } from '../client.ts';

const PREFIX_BYTES = 4;

/** A client without a connection: remembers what it is sent, and reads as slowly as a test says. */
export class ListeningClient implements Client {
  readonly header: WireHeader;
  readonly messages: WireMessage[] = [];
  readonly frames: Client['frames'] = { next: async () => ({ done: true, value: undefined }) };
  /** Writes it takes until it has to be read again. */
  takes = Infinity;
  writing = 0;
  #hasRoom = deferred();
  readonly #gone = new AbortController();
  readonly #silence = new AbortController();

  constructor(name: string) {
    this.header = { sequence: 7n, name: parseName(name) };
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  get silent(): AbortSignal {
    return this.#silence.signal;
  }

  readonly write = async (bytes: readonly Uint8Array[]): Promise<void> => {
    this.gone.throwIfAborted();
    this.messages.push(...messagesIn(concatenate(bytes)));
    this.takes -= 1;
    this.writing += 1;
    while (this.takes < 0 && !this.gone.aborted) await this.#hasRoom.promise;
    this.writing -= 1;
    this.gone.throwIfAborted();
  };

  read(takes = Infinity): void {
    this.takes = takes;
    this.#hasRoom.resolve();
    this.#hasRoom = deferred();
  }

  /** Has said enough: its side ends. */
  fallSilent(): void {
    this.#silence.abort(new Error('the client ended'));
  }

  /** Breaks. */
  go(): void {
    this.#gone.abort(new Error('the client has gone'));
    this.#silence.abort(this.gone.reason);
    this.read();
  }

  /** What it was sent, in short: replies and failures as text, data as the names and lines of it. */
  get heard(): readonly string[] {
    return this.messages.map(inShort);
  }
}

function* messagesIn(bytes: Uint8Array): Generator<WireMessage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const end = at + PREFIX_BYTES + view.getUint32(at);
    yield decodeMessage(bytes.subarray(at + PREFIX_BYTES, end));
    at = end;
  }
}

function inShort({ header, payload }: WireMessage): string {
  switch (payload.kind) {
    case 'command':
      return payload.command.kind;
    case 'failure':
      return `failure: ${payload.text}`;
    case 'reply':
      return payload.reply.kind === 'string' ? payload.reply.text : payload.reply.kind;
    case 'data':
      return payload.data.kind === 'console'
        ? Buffer.from(payload.data.line).toString()
        : `${payload.data.kind} of ${header.name}`;
  }
}

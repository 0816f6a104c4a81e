import { deferred } from '@albatross/shared/bus/deferred';
import { describeMarker } from '@albatross/shared/bus/console/marker';
import type { ConsoleReader } from '@albatross/shared/bus/console/reader';
import type { ConsoleEntry } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { concatenate, encodeFrame, encodeMessage } from '@albatross/wire';
import type { Client } from './client.ts';

/** What may wait for a client to take it; with more, the history is asked when there is room again. */
export const LINES_WAITING_BYTES_MAX = 65_536;

/**
 * Sends what a console holds, a message each. What is shown is copied, so that a line does not keep the
 * batch it came in; there waits no more than the limit and one page of history.
 */
export class ConsoleLines implements ConsoleReader {
  readonly #client: Client;
  readonly #over: AbortSignal;
  #waiting: Uint8Array[] = [];
  /** Of these, and of what is being written. */
  #bytes = 0;
  #hasChanged = deferred();
  #writing: Promise<void> | null = null;

  /** Sends nothing more when `over` is aborted; that has to be so when the client has gone. */
  constructor(client: Client, over: AbortSignal) {
    this.#client = client;
    this.#over = over;
    over.addEventListener('abort', () => this.#change(), { once: true });
  }

  show(name: UnikernelName, { at, entry }: ConsoleEntry): void {
    if (this.#over.aborted) return;
    const message = encodeMessage({
      // As the original has it: only replies have the sequence of their command.
      header: { sequence: 0n, name },
      payload: { kind: 'data', data: { kind: 'console', at, line: lineOf(entry) } },
    });
    const frame = concatenate(encodeFrame(message));
    this.#waiting.push(frame);
    this.#bytes += frame.length;
    this.#writing ??= this.#write();
  }

  get isFull(): boolean {
    return this.#bytes >= LINES_WAITING_BYTES_MAX && !this.#over.aborted;
  }

  /** Also when it is over. */
  async room(): Promise<void> {
    while (this.isFull) await this.#hasChanged.promise;
  }

  /** Resolves when nothing is being written, and, unless it is over, nothing waits. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#over.aborted) {
      const frames = this.#waiting;
      this.#waiting = [];
      // Whoever takes nothing has gone, and then it is over.
      await this.#client.write(frames).catch(() => undefined);
      this.#bytes -= frames.reduce((sum, { length }) => sum + length, 0);
      this.#change();
    }
    this.#writing = null;
  }

  #change(): void {
    this.#hasChanged.resolve();
    this.#hasChanged = deferred();
  }
}

/** A line as it was printed, whatever its bytes. The wire has nothing but lines, so a marker is one too. */
function lineOf(entry: ConsoleEntry['entry']): Uint8Array {
  if (entry.kind !== 'line') return Buffer.from(`-- ${escapeControl(describeMarker(entry))} --`);
  return entry.truncated ? Buffer.concat([entry.bytes, TRUNCATED]) : entry.bytes;
}

const TRUNCATED = Buffer.from(' [truncated]');

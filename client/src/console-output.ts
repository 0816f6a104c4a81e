import type { ConsoleReader } from '@albatross/shared/bus/console/reader';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { entryToJson, entryToText, markerToText, prefix, type ShownEntry } from './console-view.ts';
import type { Output } from './output.ts';

/** What may wait for whoever reads the output; of more, the history is asked when there is room again. */
export const OUTPUT_WAITING_BYTES_MAX = 1024 * 1024;

interface ConsoleOutputOptions {
  /** Lines as the guest printed them, and markers where failures go. */
  readonly isRaw: boolean;
  /** Whether it must be said which console an entry is of. */
  readonly isNamed: boolean;
}

/** Prints what consoles hold, and says when that is more than is read. */
export class ConsoleOutput implements ConsoleReader {
  readonly #options: ConsoleOutputOptions;
  readonly #output: Output;
  readonly #stream: Writable;

  constructor(options: ConsoleOutputOptions, output: Output, stream: Writable = process.stdout) {
    this.#options = options;
    this.#output = output;
    this.#stream = stream;
  }

  show(name: UnikernelName, one: ShownEntry): void {
    const shownName = this.#options.isNamed ? name : undefined;
    if (this.#output.isJson) this.#output.json(entryToJson(name, one));
    else if (this.#options.isRaw) this.#raw(one, shownName);
    else this.#output.line(entryToText(one, shownName));
  }

  #raw({ entry }: ShownEntry, name: UnikernelName | undefined): void {
    if (entry.kind === 'line') {
      this.#stream.write(Buffer.concat([Buffer.from(prefix(name)), entry.bytes, NEWLINE]));
      if (entry.truncated) this.#output.note(`${prefix(name)}-- the line before was cut --`);
    } else {
      this.#output.note(`${prefix(name)}${markerToText(entry)}`);
    }
  }

  get isFull(): boolean {
    return this.#stream.writableLength >= OUTPUT_WAITING_BYTES_MAX && !this.#stream.errored;
  }

  /** Also when nobody reads any more. */
  async room(): Promise<void> {
    if (this.isFull) await once(this.#stream, 'drain').catch(() => undefined);
  }
}

const NEWLINE = Buffer.from('\n');

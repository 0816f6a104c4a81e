import type { ConsoleEntry } from '../../contracts/console.ts';
import { type UnikernelName } from '../../domain/name.ts';
import type { ConsoleReader } from '../console/reader.ts';
import { deferred } from '../deferred.ts';
import { hello } from './toy-console.ts';

/** Remembers what it is shown, and reads as slowly as a test says. */
export class ToyReader implements ConsoleReader {
  readonly shown: string[] = [];
  /** Entries it takes until it has to be read again. */
  takes = Infinity;
  #hasRoom = deferred();

  show(name: UnikernelName, { seq, entry }: ConsoleEntry): void {
    const prefix = name === hello ? '' : `${name} `;
    this.takes -= 1;
    this.shown.push(`${prefix}${textOf(seq, entry)}`);
  }

  get isFull(): boolean {
    return this.takes <= 0;
  }

  async room(): Promise<void> {
    while (this.isFull) await this.#hasRoom.promise;
  }

  read(takes = Infinity): void {
    this.takes = takes;
    this.#hasRoom.resolve();
    this.#hasRoom = deferred();
  }

  of(name: string): readonly string[] {
    return this.shown.filter((text) => text.startsWith(`${name} `));
  }
}

function textOf(seq: number, entry: ConsoleEntry['entry']): string {
  if (entry.kind === 'gap') return `gap: ${entry.why}`;
  return `${seq} ${entry.kind === 'line' ? Buffer.from(entry.bytes).toString() : entry.kind}`;
}

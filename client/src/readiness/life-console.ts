import type { ConsoleReader } from '@albatross/shared/bus/console/reader';
import { ConsoleStream, type ConsoleBus } from '@albatross/shared/bus/console/stream';
import type { ConsoleEntry, HistoryStart } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { once, setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answers, isWaitedOut, type OnTrouble } from './answers.ts';
import type { Beginning } from './beginning.ts';
import { heardBus } from './heard-bus.ts';
import { LinePattern } from './line-pattern.ts';
import { LifeEntries } from './life-entries.ts';

const RETRY_MS = 500;

interface Wanted {
  readonly name: UnikernelName;
  /** Where its first life is found in the history. Throws a `Failure`. */
  readonly begin: () => Promise<Beginning>;
  readonly patterns: readonly RegExp[];
}

/**
 * What a unikernel prints from the first line of one life on: looked through for patterns, the last of it kept,
 * and shown to a reader where somebody follows. Everything is in the history, so nothing is missed that was
 * printed before anybody listened.
 */
export class LifeConsole implements ConsoleReader {
  readonly #bus: ConsoleBus;
  readonly #wanted: Wanted;
  readonly #reader: ConsoleReader | null;
  /** Null before it is known where to begin. */
  #entries: LifeEntries | null = null;
  readonly #patterns: ReadonlyMap<RegExp, LinePattern>;
  readonly #found = new Set<RegExp>();
  readonly #changes = new EventTarget();
  #failed: unknown = null;
  #lastSeq: number | null = null;
  readonly #answers = new Answers('the console has not answered yet');

  constructor(bus: ConsoleBus, wanted: Wanted, reader: ConsoleReader | null = null) {
    this.#bus = heardBus(bus, this.#answers);
    this.#wanted = wanted;
    this.#reader = reader;
    setMaxListeners(0, this.#changes);
    this.#patterns = new Map(wanted.patterns.map((pattern) => [pattern, new LinePattern(pattern)]));
  }

  /** Why nothing can be read; null once something was. */
  get trouble(): Failure | null {
    return this.#answers.trouble;
  }

  set onTrouble(listener: OnTrouble) {
    this.#answers.onTrouble = listener;
  }

  /** Reads until the signal. Throws a `Failure`. */
  async read(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const from = await this.#next();
        const stream = new ConsoleStream(this.#bus, this.#wanted.name, this);
        return await stream.follow(from, { signal, onNothing: () => undefined });
      } catch (error) {
        if (error instanceof Failure) this.#answers.failed(error);
        if (!isWaitedOut(error)) throw error;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #next(): Promise<HistoryStart> {
    if (this.#lastSeq !== null) return { kind: 'after', seq: this.#lastSeq };
    const { from, lifeNumber } = await this.#wanted.begin();
    this.#entries ??= new LifeEntries(lifeNumber);
    return from;
  }

  /** Resolves when a line was found, or with the signal. Throws a `Failure` when that cannot be told. */
  async untilFound(pattern: RegExp, signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#found.has(pattern), signal);
    if (this.#failed !== null) throw this.#failed;
  }

  /** Resolves when everything that life printed was shown, or with the signal. Null: the newest there is. */
  async untilTold(lifeNumber: number | null, signal: AbortSignal): Promise<boolean> {
    const isSo = (): boolean => this.#entries?.hasEnded(lifeNumber) === true;
    await this.#until(isSo, signal);
    return isSo();
  }

  /** The newest lines of it, for people. */
  get lastLines(): readonly string[] {
    return this.#entries?.lastLines ?? [];
  }

  show(name: UnikernelName, entry: ConsoleEntry): void {
    this.#lastSeq = entry.seq;
    if (this.#entries?.take(entry) !== true) return;
    if (entry.entry.kind === 'line') this.#lookThrough(entry.entry.bytes);
    this.#reader?.show(name, entry);
    this.#changes.dispatchEvent(new Event('change'));
  }

  get isFull(): boolean {
    return this.#reader?.isFull ?? false;
  }

  async room(): Promise<void> {
    await this.#reader?.room();
  }

  /** Whoever waits for it is told of a failure: here nobody could. */
  #lookThrough(line: Uint8Array): void {
    try {
      for (const [pattern, tried] of this.#patterns)
        if (this.#failed === null && !this.#found.has(pattern) && tried.matches(line))
          this.#found.add(pattern);
    } catch (error) {
      this.#failed = error;
    }
  }

  async #until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    while (!isSo() && this.#failed === null && !signal.aborted)
      await once(this.#changes, 'change', { signal }).catch(() => undefined);
  }
}

import { emitKeypressEvents } from 'node:readline';
import { ENTER, LEAVE } from './top-frame.ts';

interface TerminalEvents {
  /** `q`, `pageup`, `ctrl-c` … */
  readonly key: (key: string) => void;
  /** It has another size, or was used by somebody else. */
  readonly changed: () => void;
  readonly gone: () => void;
}

/**
 * The terminal as a screen of our own, with every key as it is pressed. It is given back as it was on
 * `dispose`, and, however the process ends, at the latest on its exit.
 */
export class TopTerminal implements Disposable {
  readonly #on: TerminalEvents;
  #isOpen = false;
  #isTaken = false;

  constructor(on: TerminalEvents) {
    this.#on = on;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    process.once('exit', this.#giveBack);
    process.on('SIGCONT', this.#resume);
    process.stdout.on('resize', this.#on.changed);
    const { stdin } = process;
    emitKeypressEvents(stdin);
    stdin.on('keypress', this.#press).once('end', this.#on.gone).on('error', this.#on.gone);
    this.#take();
  }

  get size(): { readonly columns: number; readonly rows: number } {
    // A terminal that was never told its size says 0.
    return { columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 };
  }

  write(frame: string): void {
    if (this.#isOpen) process.stdout.write(frame);
  }

  /** Lets the shell have the terminal, until it continues us. */
  suspend(): void {
    this.#giveBack();
    // As the terminal does it, for npx above us too. Whoever has no shell above is not stopped by it.
    process.kill(0, 'SIGTSTP');
    this.#resume();
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off('exit', this.#giveBack).off('SIGCONT', this.#resume);
    process.stdout.off('resize', this.#on.changed);
    process.stdin.off('keypress', this.#press).off('end', this.#on.gone).pause();
    this.#giveBack();
  }

  #take(): void {
    this.#isTaken = true;
    const { stdin, stdout } = process;
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.resume();
    stdout.write(ENTER);
  }

  readonly #giveBack = (): void => {
    // A terminal that is told twice puts its cursor where it once was.
    if (!this.#isTaken) return;
    this.#isTaken = false;
    process.stdout.write(LEAVE);
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
  };

  /** A shell may have used the terminal meanwhile. */
  readonly #resume = (): void => {
    this.#giveBack();
    this.#take();
    this.#on.changed();
  };

  readonly #press = (_text: string | undefined, { name, ctrl, meta }: Pressed): void => {
    if (name !== undefined && meta !== true) this.#on.key(ctrl === true ? `ctrl-${name}` : name);
  };
}

interface Pressed {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

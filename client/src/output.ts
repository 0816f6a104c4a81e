import { Failure } from '@albatross/shared/contracts/failures';
import { escapeControl, escapeJson, escapeLines } from '@albatross/shared/runtime/escape';
import { hasColours, Painted, painted, type Line } from './colour.ts';
import {
  COMMON_DEFAULTS,
  VERBOSITIES,
  type CommonSettings,
  type Verbosity,
} from './common-options.ts';
import { EXIT_LOST } from './exit-status.ts';
import { NO_PROGRESS, ProgressBar, type Progress } from './progress.ts';

interface OutputOptions extends Partial<CommonSettings> {
  /** Says whether colours are wanted, and what the terminal is. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Where results and failures go: text for people, or with `--json` objects for programs. */
export class Output {
  readonly #env: NodeJS.ProcessEnv;
  #settings: CommonSettings;
  /** Null when there is none, or it has ended. */
  #bar: ProgressBar | null = null;

  constructor({ env = {}, ...settings }: OutputOptions = {}) {
    this.#env = env;
    this.#settings = { ...COMMON_DEFAULTS, ...settings };
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      // Whoever reads us may stop reading, as `head` does; that is no failure.
      if (code !== 'EPIPE') this.#lost(code);
    });
    process.stderr.on('error', () => undefined);
  }

  /** What the command line asks for. */
  settle(settings: CommonSettings): void {
    this.#settings = settings;
  }

  get isJson(): boolean {
    return this.#settings.isJson;
  }

  get isQuiet(): boolean {
    return this.#settings.verbosity === 'quiet';
  }

  /** Of what is printed; JSON never is. */
  get isColoured(): boolean {
    return !this.isJson && hasColours(this.#settings.color, process.stdout, this.#env);
  }

  /** Told once: what follows is lost as well. */
  #lost(code: string | undefined): void {
    if (process.exitCode === EXIT_LOST) return;
    process.exitCode = EXIT_LOST;
    this.failure(new Failure('OUTPUT_LOST', `the output cannot be written: ${code}`));
  }

  /** One line, whatever a guest or the network has put into it. */
  line(line: Line): void {
    this.#endProgress();
    process.stdout.write(`${shown(line, this.isColoured)}\n`);
  }

  json(value: unknown): void {
    this.#endProgress();
    process.stdout.write(`${escapeJson(JSON.stringify(value))}\n`);
  }

  /** What was asked for: a value for programs, lines for people. */
  show(value: unknown, lines: Line | readonly Line[]): void {
    if (this.isJson) return this.json(value);
    for (const line of [lines].flat()) this.line(line);
  }

  /** What became of an order: the same, but nothing for people who want it quiet. */
  done(value: unknown, lines: Line | readonly Line[]): void {
    if (this.isJson || !this.isQuiet) this.show(value, lines);
  }

  /** One array for programs; for people a line each, or a word when there is nothing; quietly, the names. */
  list(objects: readonly object[], lines: readonly Line[], nothing: string): void {
    if (this.isJson) return this.json(objects);
    for (const line of this.isQuiet ? (namesOf(objects) ?? lines) : lines)
      if (objects.length > 0) this.line(line);
    if (objects.length === 0 && !this.isQuiet) this.line(nothing);
  }

  /** Something to know that is no result. */
  note(text: string): void {
    this.#tell('warning', escapeControl(text));
  }

  /** What is being done, for whoever wants to know it. */
  info(text: string): void {
    this.#tell('info', escapeControl(text));
  }

  /** How it is being done, for whoever looks for a fault; may have several lines. */
  debug(text: string): void {
    this.#tell('debug', escapeLines(text));
  }

  /** Whether somebody wants to know as much. */
  isTold(level: Verbosity): boolean {
    return VERBOSITIES.indexOf(level) <= VERBOSITIES.indexOf(this.#settings.verbosity);
  }

  #tell(level: Verbosity, text: string): void {
    if (!this.isTold(level)) return;
    const write = (): void => void process.stderr.write(`${text}\n`);
    if (this.#bar === null) write();
    else this.#bar.aside(write);
  }

  failure({ code, message, details }: Failure): void {
    this.#endProgress();
    const text = this.isJson
      ? escapeJson(JSON.stringify({ code, message, details }))
      : shown(failureLine(message, code), this.#isStderrColoured);
    process.stderr.write(`${text}\n`);
  }

  get #isStderrColoured(): boolean {
    return hasColours(this.#settings.color, process.stderr, this.#env);
  }

  /**
   * A bar that says how far something is, on a terminal; null for a total that is not known. It goes away when
   * it is disposed of, and before anything else is printed.
   */
  progress(title: string, totalBytes: number | null): Progress {
    if (!this.#hasProgress) return NO_PROGRESS;
    this.#endProgress();
    this.#bar = new ProgressBar(title, totalBytes);
    return this.#bar;
  }

  get #hasProgress(): boolean {
    const isShown = process.stderr.isTTY && this.#env['TERM'] !== 'dumb';
    return isShown && this.isTold('warning') && !this.isJson;
  }

  #endProgress(): void {
    this.#bar?.[Symbol.dispose]();
    this.#bar = null;
  }
}

function shown(line: Line, isColoured: boolean): string {
  return typeof line === 'string' ? escapeControl(line) : line.show(isColoured);
}

function failureLine(message: string, code: string): Line {
  const [, first = '', rest = ''] = /^(\S*)([^]*)$/.exec(message) ?? [];
  return new Painted([painted('bad', first), `${rest} [${code}]`]);
}

/** Null where they are known by something else. */
function namesOf(objects: readonly object[]): readonly string[] | null {
  const names = objects.flatMap((one) => {
    const name = 'name' in one ? one.name : 'path' in one ? one.path : null;
    return typeof name === 'string' ? name : [];
  });
  return names.length === objects.length ? names : null;
}

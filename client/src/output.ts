import type { Failure } from '@albatross/shared/contracts/failures';
import { escapeControl, escapeJson } from '@albatross/shared/runtime/escape';
import { EXIT_LOST } from './exit-status.ts';

/** Where results and failures go: text for people, or with `--json` objects for programs. */
export class Output {
  readonly isJson: boolean;

  constructor({ isJson }: { readonly isJson: boolean }) {
    this.isJson = isJson;
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      // Whoever reads us may stop reading, as `head` does; that is no failure.
      if (code !== 'EPIPE') this.#lost(code);
    });
    process.stderr.on('error', () => undefined);
  }

  /** Told once: what follows is lost as well. */
  #lost(code: string | undefined): void {
    if (process.exitCode === EXIT_LOST) return;
    process.exitCode = EXIT_LOST;
    this.note(`the output cannot be written: ${code}`);
  }

  /** One line, whatever a guest or the network has put into it. */
  line(text: string): void {
    process.stdout.write(`${escapeControl(text)}\n`);
  }

  json(value: unknown): void {
    process.stdout.write(`${escapeJson(JSON.stringify(value))}\n`);
  }

  /** One array for programs; for people a line each, or a word when there is nothing. */
  list(objects: readonly object[], lines: readonly string[], nothing: string): void {
    if (this.isJson) return this.json(objects);
    for (const line of objects.length === 0 ? [nothing] : lines) this.line(line);
  }

  /** Something to know that is no result. */
  note(text: string): void {
    process.stderr.write(`${escapeControl(text)}\n`);
  }

  failure({ code, message, details }: Failure): void {
    const text = this.isJson
      ? escapeJson(JSON.stringify({ code, message, details }))
      : `${escapeControl(message)} [${code}]`;
    process.stderr.write(`${text}\n`);
  }
}

import type { Failure } from '@albatross/shared/contracts/failures';
import { escapeControl } from './escape.ts';

/** Where results and failures go: text for people, or with `--json` objects for programs. */
export class Output {
  readonly isJson: boolean;

  constructor({ isJson }: { readonly isJson: boolean }) {
    this.isJson = isJson;
    // Whoever reads us may stop reading, as `head` does; that is no failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exitCode ??= 0;
    });
  }

  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  json(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Something to know that is no result. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  failure({ code, message, details }: Failure): void {
    const text = this.isJson
      ? JSON.stringify({ code, message, details })
      : `${escapeControl(message)} [${code}]`;
    process.stderr.write(`${text}\n`);
  }
}

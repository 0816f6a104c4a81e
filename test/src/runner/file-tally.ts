import type { TestEvent } from 'node:test/reporters';
import { resolve } from 'node:path';
import { inspect } from 'node:util';

export interface FileOutcome {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly FailedTest[];
  readonly skipped: readonly SkippedTest[];
  /** What the file's process wrote. */
  readonly output: string;
  readonly durationMs: number;
}

export interface FailedTest {
  readonly title: string;
  readonly why: string;
}

export interface SkippedTest {
  readonly title: string;
  readonly reason: string;
}

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

/** Counts the tests of one file. A suite is no test, unless it failed or was skipped as a whole. */
export class FileTally {
  readonly #file: string;
  readonly #failures: FailedTest[] = [];
  readonly #skipped: SkippedTest[] = [];
  readonly #underWay = new Set<string>();
  readonly #titles: string[] = [];
  #passed = 0;
  #output = '';

  constructor(file: string) {
    this.#file = file;
  }

  add(event: TestEvent): void {
    switch (event.type) {
      case 'test:stdout':
      case 'test:stderr':
        this.#output += event.data.message;
        break;
      case 'test:dequeue':
        if (!this.#isFile(event.data)) this.#underWay.add(event.data.name);
        break;
      case 'test:complete':
        this.#underWay.delete(event.data.name);
        break;
      case 'test:start':
        this.#titles.splice(event.data.nesting, Infinity, event.data.name);
        break;
      case 'test:pass':
        this.#pass(event.data);
        break;
      case 'test:fail':
        this.#fail(event.data, event.data.details.error);
        break;
      case 'test:diagnostic':
      case 'test:coverage':
      case 'test:enqueue':
      case 'test:plan':
      case 'test:watch:drained':
        break;
    }
  }

  outcome(durationMs: number): FileOutcome {
    const ran = this.#passed + this.#failures.length + this.#skipped.length;
    return {
      file: this.#file,
      passed: this.#passed,
      failures: ran > 0 ? this.#failures : [{ title: this.#file, why: 'registers no test' }],
      skipped: this.#skipped,
      output: this.#output,
      durationMs,
    };
  }

  #pass(test: Finished): void {
    // A file stands for itself only when it registered nothing.
    if (this.#isFile(test)) return;
    if (test.skip !== undefined && test.skip !== false)
      this.#skipped.push({
        title: this.#title(test),
        reason: typeof test.skip === 'string' && test.skip !== '' ? test.skip : 'no reason given',
      });
    else if (test.details.type !== 'suite') this.#passed += 1;
  }

  #fail(test: Finished, error: TestFailure): void {
    // Those below were counted already.
    if (error.failureType === 'subtestsFailed') return;
    this.#failures.push({
      title: this.#isFile(test) ? this.#file : this.#title(test),
      why: this.#isFile(test) ? this.#whyFile(error) : inspect(error.cause ?? error),
    });
  }

  #whyFile({ exitCode, signal, cause }: TestFailure): string {
    const end =
      typeof signal === 'string'
        ? `its process was ended by ${signal}`
        : typeof exitCode === 'number'
          ? `its process exited with ${exitCode}`
          : String(cause);
    const underWay = [...this.#underWay].map((title) => `\nunder way: ${title}`);
    return end + underWay.join('');
  }

  #isFile(test: { readonly name: string; readonly nesting: number }): boolean {
    return test.nesting === 0 && resolve(test.name) === resolve(this.#file);
  }

  #title(test: Finished): string {
    return [...this.#titles.slice(0, test.nesting), test.name].join(' > ');
  }
}

/** What Node's own error of a failed test holds besides its message. */
interface TestFailure extends Error {
  readonly failureType?: unknown;
  readonly exitCode?: unknown;
  readonly signal?: unknown;
}

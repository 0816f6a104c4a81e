import assert from 'node:assert/strict';
import type { Crowd } from './crowd.ts';
import { ChildLines } from './child-lines.ts';
import type { Taken } from './report.ts';

/** The same files, read in C. */
export class ReadLoop implements AsyncDisposable {
  readonly #program: ChildLines;
  readonly #bytesMin: number;

  private constructor(program: ChildLines, bytesMin: number) {
    this.#program = program;
    this.#bytesMin = bytesMin;
  }

  static start(program: string, { members }: Crowd): ReadLoop {
    const child = ChildLines.start(program, String(members.length));
    child.write(members.map(({ pid, tap }) => `${pid} ${tap}\n`).join(''));
    return new ReadLoop(child, members.length * BYTES_EACH_MIN);
  }

  /** `turn`: which sixth is read whole. */
  async sweep(turn: number): Promise<Taken> {
    this.#program.write(`${turn}\n`);
    const [wallNs = 0, cpuNs = 0, bytes = 0] = (await this.#program.read()).split(' ').map(Number);
    assert.ok(bytes > this.#bytesMin, `it read ${bytes} bytes`);
    return { wallMs: wallNs / 1e6, cpuMs: cpuNs / 1e6 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

/** No line of `stat` with that of a tap is shorter. */
const BYTES_EACH_MIN = 200;

import { AskedProgram } from './asked-program.ts';
import type { Programs } from './programs.ts';

/** One line with its end; `line.h` has the same. */
export const LINE_BYTES = 100;

/** When it happened, by a clock that all processes of the machine share; nanoseconds. */
export interface Printing {
  readonly beganNs: number;
  /** When whoever reads the fifos had read everything. */
  readonly emptyNs: number;
}

/** Prints into fifos, which it holds as keepers and tenders do. */
export class Press implements AsyncDisposable {
  readonly #program: AskedProgram;
  readonly #fifos: number;
  /** Into each of them. */
  printed = 0;

  private constructor(program: AskedProgram, fifos: number) {
    this.#program = program;
    this.#fifos = fifos;
  }

  static async start(programs: Programs, fifos: readonly string[]): Promise<Press> {
    const program = await AskedProgram.start([programs.path('press'), ...fifos]);
    return new Press(program, fifos.length);
  }

  /** `lines` into each, as fast as they are taken. */
  async printFast(lines: number): Promise<Printing> {
    return await this.#print(lines, 0);
  }

  /** `rate`: lines a second of all together. */
  async printPaced(lines: number, rate: number): Promise<Printing> {
    return await this.#print(lines, rate);
  }

  /** What all numbers that were printed since that one have as their sum, over all fifos. */
  numberSum(since: number): number {
    const sumTo = (number: number): number => (number * (number + 1)) / 2;
    return this.#fifos * (sumTo(this.printed) - sumTo(since));
  }

  async #print(lines: number, rate: number): Promise<Printing> {
    const { beganNs = 0, emptyNs = 0 } = await this.#program.ask(`print ${lines} ${rate}`);
    this.printed += lines;
    return { beganNs, emptyNs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

export function linesPerS({ beganNs, emptyNs }: Printing, lines: number): number {
  return lines / ((emptyNs - beganNs) / 1e9);
}

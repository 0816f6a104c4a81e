import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./testing/output-program.ts', import.meta.url));

/** A program that prints a line and a note for every line it is given. */
class Printing {
  readonly #child: ChildProcessByStdio<Writable, Readable | null, Readable>;
  readonly #exit: Promise<unknown[]>;
  readonly #notes: AsyncIterator<string, undefined>;

  constructor(stdout: 'pipe' | number) {
    this.#child = spawn(process.execPath, [...LOADER, PROGRAM], {
      stdio: ['pipe', stdout, 'pipe'],
    }) as ChildProcessByStdio<Writable, Readable | null, Readable>;
    this.#exit = once(this.#child, 'exit');
    this.#notes = createInterface({ input: this.#child.stderr })[Symbol.asyncIterator]();
  }

  /** Resolves when the line is printed, or is not. Returns what was noted. */
  async print(line: string): Promise<readonly string[]> {
    this.#child.stdin.write(`${line}\n`);
    const notes: string[] = [];
    while (!notes.at(-1)?.startsWith('note '))
      notes.push((await this.#notes.next()).value ?? assert.fail('it ended'));
    return notes;
  }

  /** What was printed. */
  async read(): Promise<string> {
    const { stdout } = this.#child;
    if (stdout === null) assert.fail('it prints elsewhere');
    await once(stdout, 'readable');
    return String(stdout.read());
  }

  async stopReading(): Promise<void> {
    const { stdout } = this.#child;
    if (stdout !== null) await once(stdout.destroy(), 'close');
  }

  async end(): Promise<unknown> {
    this.#child.stdin.end();
    const [status] = await this.#exit;
    return status;
  }
}

describe('the output', () => {
  it('goes nowhere without a complaint when nobody reads it any more', async () => {
    const program = new Printing('pipe');
    await program.print('one');
    await program.stopReading();
    for (const line of ['two', 'three'])
      assert.deepEqual(await program.print(line), [`note ${line}`]);
    assert.equal(await program.end(), 0);
  });

  it('is one line that no terminal obeys, whatever somebody else has put into it', async () => {
    const program = new Printing('pipe');
    assert.deepEqual(await program.print('a\u001b[2J\u009b\u202e'), [
      'note a\\x1b[2J\\u009b\\u202e',
    ]);
    assert.equal(await program.read(), 'line a\\x1b[2J\\u009b\\u202e\n');
    await program.end();
  });

  it('that cannot be written is told once, and makes the command fail', async () => {
    const full = openSync('/dev/full', 'w');
    const program = new Printing(full);
    closeSync(full);
    const notes = [...(await program.print('one')), ...(await program.print('two'))];
    const complaint = 'the output cannot be written: ENOSPC [OUTPUT_LOST]';
    assert.deepEqual(notes.toSorted(), ['note one', 'note two', complaint]);
    assert.equal(await program.end(), 121);
  });
});

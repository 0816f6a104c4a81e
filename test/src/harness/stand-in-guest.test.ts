import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tendersUnderTest } from './tenders-under-test.ts';
import type { Target } from './tenders-under-test.ts';

const DEADLINE_MS = 20_000;
const images = fileURLToPath(new URL('../../../examples/hello/images', import.meta.url));

/** What hello does with a command line, after the banner and the line for each argument. */
interface Life {
  readonly title: string;
  readonly words: readonly string[];
  /** By default the words. */
  readonly heard?: readonly string[];
  readonly lines: readonly string[];
  readonly status: number;
}

const lives: readonly Life[] = [
  { title: 'ends with 0', words: [], lines: [exit(0)], status: 0 },
  {
    title: 'prints lines',
    words: ['lines=2'],
    lines: ['line 1', 'line 2', exit(0)],
    status: 0,
  },
  {
    title: 'ticks after its lines, as often as it is told',
    words: ['ticks=3', 'tick=1', 'lines=1'],
    lines: ['line 1', 'tick 1', 'tick 2', 'tick 3', exit(0)],
    status: 0,
  },
  { title: 'ends with the status it is told', words: ['exit=7'], lines: [exit(7)], status: 7 },
  { title: 'shows 8 bits of a status', words: ['exit=257'], lines: [exit(257)], status: 1 },
  {
    title: 'aborts',
    words: ['abort', 'exit=3'],
    lines: ['Solo5: solo5_abort() called'],
    status: 255,
  },
  {
    title: 'refuses a malformed number, and only the first',
    words: ['lines=x', 'tick=0', 'abort'],
    lines: ['bad argument: lines=x', exit(64)],
    status: 64,
  },
  {
    title: 'refuses a number of ten digits',
    words: ['exit=1000000000'],
    lines: ['bad argument: exit=1000000000', exit(64)],
    status: 64,
  },
  {
    title: 'refuses its name when it is told to',
    words: ['name=refuse', '--name=web', 'lines=1'],
    lines: ['name refused', exit(64)],
    status: 64,
  },
  { title: 'refuses no name without one', words: ['name=refuse'], lines: [exit(0)], status: 0 },
  {
    title: 'takes options after the image for arguments, and splits at spaces',
    words: ['--', '--mem=1', 'a  b', ''],
    heard: ['--', '--mem=1', 'a', 'b'],
    lines: [exit(0)],
    status: 0,
  },
];

for (const { title, target, executable, absent } of await tendersUnderTest()) {
  const image = `${images}/hello.${target}`;
  const start = (...words: readonly string[]) => new Guest(executable, [image, ...words]);

  describe(`hello in ${title}`, () => {
    for (const life of lives) {
      it(life.title, (t) => {
        if (absent !== false) return t.skip(absent);
        const got = runGuest(executable, ['--mem=16', image, ...life.words]);
        const heard = (life.heard ?? life.words).map((word) => `argument: ${word}`);
        const lines = [`hello from ${target}`, ...heard, ...life.lines];
        assert.deepEqual(got, { status: life.status, signal: null, lines, stderr: '' });
      });
    }

    it('dies of a fault', (t) => {
      if (absent !== false) return t.skip(absent);
      const { status, signal, lines } = runGuest(executable, [image, 'fault']);
      const last = lines.at(-1)?.replace(/rip=0x[0-9a-f]+$/, 'rip=');
      const inHvt = { status: 255, signal: null, last: 'Solo5: trap: type=#PF ec=0x2 rip=' };
      const inSpt = { status: null, signal: 'SIGSEGV', last: 'argument: fault' };
      assert.deepEqual({ status, signal, last }, target === 'hvt' ? inHvt : inSpt);
    });

    for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
      it(`ends on ${signal} while it ticks for ever`, async (t) => {
        if (absent !== false) return t.skip(absent);
        await using guest = start('tick=1');
        await guest.line('tick 2');
        assert.deepEqual(await guest.end(signal), endBy(target, signal));
      });
    }

    it('floods its console until it is ended', async (t) => {
      if (absent !== false) return t.skip(absent);
      await using guest = start('flood');
      await guest.line('flood 1000');
      assert.deepEqual(await guest.end('SIGTERM'), endBy(target, 'SIGTERM'));
    });

    it('hangs until it is ended', async (t) => {
      if (absent !== false) return t.skip(absent);
      await using guest = start('hang');
      await guest.line('argument: hang');
      assert.deepEqual(await guest.end('SIGTERM'), endBy(target, 'SIGTERM'));
    });

    if (title.startsWith('the stand-in')) {
      it('ignores SIGTERM and SIGINT when it is stubborn', async () => {
        await using guest = start('stubborn', 'tick=1');
        await guest.line('tick 1');
        guest.signal('SIGTERM');
        guest.signal('SIGINT');
        await guest.line('tick 20');
        assert.deepEqual(await guest.end('SIGKILL'), endBy(target, 'SIGKILL'));
      });

      it('ticks at a rate once it may, and tells its longest write', async () => {
        await using guest = start('wait', 'rate=1000', 'ticks=200', 'blocked', 'hang');
        await guest.line('argument: hang');
        guest.signal('SIGUSR1');
        for (let tick = 1; tick <= 200; tick += 1)
          await guest.nextLine(new RegExp(`^tick ${tick}$`));
        await guest.nextLine(/^blocked \d+ of \d+$/);
        assert.deepEqual(await guest.end('SIGTERM'), endBy(target, 'SIGTERM'));
      });
    }
  });
}

function exit(status: number): string {
  return `Solo5: solo5_exit(${status}) called`;
}

function runGuest(executable: string, words: readonly string[]) {
  const { status, signal, stdout, stderr } = spawnSync(executable, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
  });
  return { status, signal, lines: stdout.trimEnd().split('\n'), stderr };
}

interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** hvt turns two signals into an exit of its own; spt has no handlers. */
function endBy(target: Target, signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): End {
  if (target === 'spt' || signal === 'SIGKILL') return { status: null, signal, stderr: '' };
  const number = signal === 'SIGTERM' ? 15 : 2;
  return { status: 1, signal: null, stderr: `solo5-hvt: Exiting on signal ${number}\n` };
}

/** A guest that runs until it is ended, at the latest by leaving the scope. */
class Guest {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  #stderr = '';

  constructor(executable: string, words: readonly string[]) {
    this.#process = spawn(executable, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    this.#closed = once(this.#process, 'close');
    this.#process.stderr.on('data', (bytes: Buffer) => (this.#stderr += bytes.toString()));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Waits for a line that is to come. */
  async line(wanted: string): Promise<void> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) assert.fail(`the guest ended without the line: ${wanted}`);
      if (value === wanted) return;
    }
  }

  /** Fails unless the next line is such a one. */
  async nextLine(wanted: RegExp): Promise<void> {
    assert.match(String((await this.#lines.next()).value), wanted);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<End> {
    this.signal(signal);
    this.#process.stdout.removeAllListeners('data').resume();
    await this.#closed;
    return {
      status: this.#process.exitCode,
      signal: this.#process.signalCode,
      stderr: this.#stderr,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileC } from '../../compile-c.ts';

/** Who connects, and what has to come of it. */
export interface Load {
  readonly port: number;
  /** Files in PEM; of the chain the leaf is the first. */
  readonly chain: string;
  readonly key: string;
  readonly atOnce: number;
  /** No further session is begun after that many, or after that long. */
  readonly sessions?: number;
  readonly ms?: number;
  /** Files of the bytes that each session is answered, and sends. Without them it only gets in, and ends. */
  readonly reply?: string;
  readonly sent?: string;
}

export interface Loaded {
  /** Of each session, from connect to the end. */
  readonly latenciesMs: readonly number[];
  readonly elapsedMs: number;
  /** Of the program that connects, not of who is connected to. */
  readonly ownCpuMs: number;
}

/** More than there can be, and longer than it can take. */
const SESSIONS = 100_000;
const MS = 60_000;
const OUTPUT_BYTES = 4_194_304;

const run = promisify(execFile);

/** `tls-load.c`, compiled. */
export class TlsLoad {
  readonly #program: string;
  readonly #stop: AbortSignal;

  private constructor(program: string, stop: AbortSignal) {
    this.#program = program;
    this.#stop = stop;
  }

  /** Rejects with an Error that says what to install. */
  static async compile(folder: string, stop: AbortSignal): Promise<TlsLoad> {
    const program = join(folder, 'tls-load');
    const source = fileURLToPath(new URL('./tls-load.c', import.meta.url));
    // By their whole names: those without a version come with the headers, which Node has as well.
    const libraries = ['-l:libssl.so.3', '-l:libcrypto.so.3'];
    try {
      await compileC(source, program, [...headers(), ...libraries]);
    } catch (cause) {
      throw new Error('gcc did not compile tls-load.c: apt install gcc libssl-dev', { cause });
    }
    return new TlsLoad(program, stop);
  }

  /** Rejects unless every session went as it should. */
  async run(load: Load): Promise<Loaded> {
    const {
      port,
      chain,
      key,
      atOnce,
      sessions = SESSIONS,
      ms = MS,
      reply = '-',
      sent = '-',
    } = load;
    const words = [port, chain, key, sessions, ms, atOnce, reply, sent].map(String);
    const { stdout } = await run(this.#program, words, {
      signal: this.#stop,
      maxBuffer: OUTPUT_BYTES,
    });
    const lines = stdout.trimEnd().split('\n');
    const [, elapsed, ownCpu] = lines.at(-1)?.split(' ').map(Number) ?? [];
    if (elapsed === undefined || ownCpu === undefined)
      throw new Error('tls-load did not say how long');
    const latenciesMs = lines.slice(0, -1).map((line) => Number(line.split(' ')[1]) / 1000);
    return { latenciesMs, elapsedMs: elapsed / 1000, ownCpuMs: ownCpu / 1000 };
  }
}

/** The system's, else those of OpenSSL that are installed with Node. */
function headers(): readonly string[] {
  if (existsSync('/usr/include/openssl/ssl.h')) return [];
  return [`-I${join(dirname(dirname(process.execPath)), 'include/node')}`];
}

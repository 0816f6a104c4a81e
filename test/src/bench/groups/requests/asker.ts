import { prover } from '@albatross/shared/bus/keys';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { compileC } from '../../compile-c.ts';

/** What is asked, ready to be sent. */
export interface Question {
  readonly subject: string;
  readonly data: Uint8Array;
}

export interface Asking {
  readonly inFlight: number;
  readonly forMs: number;
}

export interface Answers {
  /** What every single reply was, with its headers if it had some. */
  readonly reply: Buffer;
  readonly perSecond: number;
  /** One for each, in the order they came. */
  readonly latenciesMs: readonly number[];
}

const IDENTITY = 'admin';
const SOURCE = fileURLToPath(new URL('asker.c', import.meta.url));

/** Asks the same again and again, in a program of its own that takes next to nothing of the processors. */
export class Asker implements AsyncDisposable {
  readonly #folders: Folders;
  readonly #built: string;

  private constructor(folders: Folders, built: string) {
    this.#folders = folders;
    this.#built = built;
  }

  /** `folders`: the system's. */
  static async make(folders: Folders): Promise<Asker> {
    const built = await mkdtemp(join(tmpdir(), 'albatross-asker-'));
    try {
      await compileC(SOURCE, join(built, 'asker'));
      return new Asker(folders, built);
    } catch (error) {
      await rm(built, { recursive: true });
      throw error;
    }
  }

  /** Rejects when a reply is another than the first, or none comes any more. */
  async ask({ subject, data }: Question, { inFlight, forMs }: Asking): Promise<Answers> {
    const inbox = `_INBOX.${IDENTITY}.${randomUUID()}`;
    const socket = await this.#connect();
    const words = [subject, inbox, String(inFlight), String(forMs)];
    const child = spawn(join(this.#built, 'asker'), words, {
      stdio: ['pipe', 'pipe', 'pipe', socket],
      timeout: 30_000 + forMs,
    });
    // It has its own now.
    socket.destroy();
    const { stdin, stdout, stderr } = child;
    assert.ok(stdin !== null && stdout !== null && stderr !== null);
    const ended = once(child, 'close') as Promise<[number | null]>;
    stdin.on('error', () => undefined).end(data);
    const [told, why, [status]] = await Promise.all([buffer(stdout), text(stderr), ended]);
    if (status !== 0) throw new Error(`the asker ended with ${status}: ${why.trim()}`);
    return readAnswers(told);
  }

  /** Resolves when the server has let us in; what follows is the asker's. */
  async #connect(): Promise<Socket> {
    const { url, seed } = await readBusAccess(this.#folders, IDENTITY);
    const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1');
    try {
      const [info] = (await once(socket, 'data')) as [string];
      const proof = prover(seed)(/"nonce":"([^"]+)"/.exec(info)?.[1]);
      const about = { verbose: false, pedantic: false, headers: true, no_responders: true };
      const words = JSON.stringify({ ...about, lang: 'c', version: '0', protocol: 1, ...proof });
      socket.write(`CONNECT ${words}\r\nPING\r\n`);
      for (let heard = ''; !heard.endsWith('PONG\r\n');) {
        const [more] = (await once(socket, 'data')) as [string];
        heard += more;
        if (heard.includes('-ERR')) throw new Error(`the bus refuses the asker: ${heard}`);
      }
      socket.pause();
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#built, { recursive: true });
  }
}

/** As `asker.c` tells it. */
function readAnswers(told: Buffer): Answers {
  let at = 0;
  const next = (): number => Number(told.readBigUInt64LE((at += 8) - 8));
  const bytes = next();
  const reply = told.subarray(at, at + bytes);
  at += bytes;
  const [ns, count] = [next(), next()];
  const latenciesMs = Array.from({ length: count }, () => next() / 1e6);
  return { reply, perSecond: count / (ns / 1e9), latenciesMs };
}

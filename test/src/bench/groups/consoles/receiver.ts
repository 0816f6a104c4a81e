import { prover } from '@albatross/shared/bus/keys';
import { consoleFeed } from '@albatross/shared/contracts/console';
import { feedPattern } from '@albatross/shared/contracts/feed';
import { ROOT } from '@albatross/shared/domain/name';
import { readBusAccess } from '@albatross/shared/runtime/bus-access';
import type { Folders } from '@albatross/shared/runtime/folders';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AskedProgram } from './asked-program.ts';
import type { Programs } from './programs.ts';

/** What it received since it began; `receipts.h` tells what is what. */
export interface Receipts {
  readonly lines: number;
  readonly bytes: number;
  readonly messages: number;
  /** Lines that console says it threw away. */
  readonly dropped: number;
  readonly numberSum: number;
  readonly malformed: number;
  readonly lastAtNs: number;
  readonly samples: number;
  readonly medianUs: number;
  readonly p99Us: number;
}

const LOOK_MS = 20;
/** When nothing came for so long, nothing will. */
const QUIET_MS = 1_000;

/** Whoever receives lines, in a process of its own that is faster than who sends them. */
export class Receiver implements AsyncDisposable {
  readonly #program: AskedProgram;

  private constructor(program: AskedProgram) {
    this.#program = program;
  }

  /** Reads fifos and drops what it reads; `isLooking`: after a look at each line. */
  static async dropping(
    programs: Programs,
    fifos: readonly string[],
    isLooking: boolean,
  ): Promise<Receiver> {
    const how = isLooking ? 'look' : 'count';
    return new Receiver(await AskedProgram.start([programs.path('drop'), how, ...fifos]));
  }

  /** Follows all consoles. */
  static async following(programs: Programs, folders: Folders): Promise<Receiver> {
    const socket = await subscribe(folders);
    try {
      return await Receiver.of([programs.path('follower')], [socket]);
    } finally {
      socket.destroy();
    }
  }

  /** A program that answers as `receipts.h` has it; `sockets`: what it receives from, its from descriptor 3 on. */
  static async of(command: readonly string[], sockets: readonly Socket[]): Promise<Receiver> {
    return new Receiver(await AskedProgram.start(command, sockets));
  }

  async begin(): Promise<void> {
    await this.#program.ask('begin');
  }

  /** Resolves when it has so many lines, or when nothing more comes. */
  async untilReceived(lines: number): Promise<Receipts> {
    let [last, changedAt] = [-1, performance.now()];
    for (;;) {
      const receipts = (await this.#program.ask('report')) as unknown as Receipts;
      assert.equal(receipts.malformed, 0, 'what was received is what was printed');
      if (receipts.lines >= lines) return receipts;
      if (receipts.lines !== last) [last, changedAt] = [receipts.lines, performance.now()];
      else if (performance.now() - changedAt > QUIET_MS) return receipts;
      await sleep(LOOK_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

/**
 * A connection on which only messages of the feed will come:
 *
 * ```text
 * theirs: INFO {…}                      ours: CONNECT {…} CRLF SUB <subject> <id> CRLF PING CRLF
 * theirs: PONG
 * ```
 */
async function subscribe(folders: Folders): Promise<Socket> {
  const { url, seed } = await readBusAccess(folders, 'watcher');
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  const [info] = (await once(socket, 'data')) as [string];
  const nonce = /"nonce":"([^"]+)"/.exec(info)?.[1];
  const about = { verbose: false, pedantic: false, lang: 'bench', version: '0', protocol: 1 };
  const subject = feedPattern(consoleFeed, ROOT);
  socket.write(
    `CONNECT ${JSON.stringify({ ...about, ...prover(seed)(nonce) })}\r\nSUB ${subject} 1\r\nPING\r\n`,
  );
  let said = '';
  while (!said.includes('PONG\r\n')) {
    said += ((await once(socket, 'data')) as [string])[0];
    assert.ok(!said.includes('-ERR'), said);
  }
  // What comes from now on is the program's.
  socket.pause();
  return socket;
}

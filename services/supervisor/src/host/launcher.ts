import { Failure } from '@albatross/shared/contracts/failures';
import { lifeName, type Life } from '@albatross/shared/domain/life';
import { shellWord } from '@albatross/shared/runtime/shell-word';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';

/** Handed over as text, so that a running keeper does not care what becomes of the file; `ps` shows it. */
const KEEPER = readFileSync(new URL('keeper.sh', import.meta.url), 'utf8').replaceAll(
  /^ *#.*\n/gm,
  '',
);
/** Behind the words for one keeper: who finds another in its place was given words of two. */
const END = 'end';
/** Words that `keeper.sh` takes, its name and that one included. */
const WORDS = 9;
/** `xargs` takes some more for one program, and ends when it is given too much. */
const WORDS_BYTES_MAX = 100_000;
/** Of what a launcher says, the end is kept. */
const SAID_MAX = 1024;
const LAST_WORDS_MS = 20;

/** What a keeper is told. */
export interface KeeperOrder {
  readonly life: Life;
  /** Of the life, with the fifos in it. */
  readonly folder: string;
  readonly exitFile: string;
  readonly imagePath: string;
  /** Null for none, in these three. */
  readonly cgroup: string | null;
  readonly tenderFolder: string | null;
  readonly muteStatus: number | null;
  readonly command: readonly string[];
}

/**
 * Starts keepers. A process of Node stands still while it forks, the longer the more memory it has, and is slower
 * afterwards; so `xargs`, which has next to none, does it for us, and `setsid` makes each keeper nobody's child
 * in a session of its own. It ends with its input, and so with us, however we end.
 */
export class Launcher {
  readonly #path: string;
  #process: LauncherProcess | null = null;

  /** Where the keepers' few programs are looked for. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Throws a `Failure` for what no keeper can be told. */
  start(order: KeeperOrder): Saying {
    const words = wordsOf(order);
    if (this.#process?.isUsable !== true) this.#process = new LauncherProcess(this.#path);
    return this.#process.start(lifeName(order.life), words);
  }
}

/** What a keeper is going to say. */
export interface Saying {
  /** '' when it starts nothing. Rejects with a `Failure` when there is no keeper; does neither when it says nothing. */
  readonly said: Promise<string>;
  /** Nobody waits for it any more. */
  forget(): void;
  /** It should have been said long ago: the next keeper is started by another. Returns what this one complained of. */
  giveUp(): string;
}

interface Waiting {
  readonly resolve: (said: string) => void;
  readonly reject: (failure: Failure) => void;
}

class LauncherProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, Waiting>();
  #text = '';
  #said = '';
  isUsable = true;

  constructor(path: string) {
    // Nothing for no words, nor for so many that they would be cut.
    const words = ['-0', '-r', '-x', '-n', String(WORDS), 'setsid', '-f', '/bin/sh', '-c', KEEPER];
    this.#child = spawn('xargs', words, { detached: true, env: { PATH: path } });
    // Without file descriptors there are none, whatever the package of types says.
    const { stdin, stdout, stderr } = this.#child as Partial<ChildProcess>;
    this.#child.unref();
    for (const stream of [stdin, stdout, stderr]) if (stream instanceof Socket) stream.unref();
    // That it no longer reads is told by its end.
    stdin?.on('error', () => undefined);
    stdout?.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-SAID_MAX);
    });
    this.#child.on('error', (error) => this.#fail(`xargs cannot be started: ${error.message}`));
    this.#child.on('exit', (status) => {
      // Its input was ended: those that it has started will say so.
      if (!this.isUsable) return;
      this.isUsable = false;
      // What it said last is read meanwhile.
      setTimeout(
        () => this.#fail(this.#said.trim() || `xargs ended with ${status}`),
        LAST_WORDS_MS,
      );
    });
  }

  start(life: string, words: readonly string[]): Saying {
    const said = new Promise<string>((resolve, reject) => {
      this.#waiting.set(life, { resolve, reject });
    });
    // Whoever gives up meanwhile does not look.
    said.catch(() => undefined);
    const { stdin, stdout } = this.#child as Partial<ChildProcess>;
    // Of its end, too, whoever waits has to hear.
    this.#child.ref();
    if (stdout instanceof Socket) stdout.ref();
    stdin?.write(words.map((word) => `${word}\0`).join(''));
    const forget = (): void => {
      this.#waiting.delete(life);
      this.#letGo();
    };
    const giveUp = (): string => {
      this.isUsable = false;
      this.#child.stdin?.end();
      forget();
      return this.#said.trim();
    };
    return { said, forget, giveUp };
  }

  /**
   * ```abnf
   * said = *(life SP [stat] LF)
   * ```
   */
  #take(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      const [life = ''] = line.split(' ', 1);
      this.#waiting.get(life)?.resolve(line.slice(life.length + 1));
      this.#waiting.delete(life);
    }
    this.#letGo();
  }

  /** Who was started all the same finds that its life was given up. */
  #fail(why: string): void {
    this.isUsable = false;
    const failure = new Failure('TENDER_FAILED', `no keeper can be started: ${why}`);
    for (const { reject } of this.#waiting.values()) reject(failure);
    this.#waiting.clear();
    this.#letGo();
  }

  /** Its keepers have the other end for as long as they live. */
  #letGo(): void {
    if (this.#waiting.size > 0) return;
    this.#child.unref();
    const { stdout, stderr } = this.#child;
    if (stdout instanceof Socket) stdout.unref();
    if (this.isUsable) return;
    stdout?.destroy();
    stderr?.destroy();
  }
}

function wordsOf(order: KeeperOrder): readonly string[] {
  const { cgroup, tenderFolder, muteStatus, command } = order;
  const words = [
    `keeper:${lifeName(order.life)}`,
    order.folder,
    order.exitFile,
    order.imagePath,
    cgroup ?? '',
    tenderFolder ?? '',
    muteStatus === null ? '' : String(muteStatus),
    command.map(shellWord).join(' '),
    END,
  ];
  const bytes = words.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
  if (bytes > WORDS_BYTES_MAX)
    throw new Failure(
      'TENDER_FAILED',
      `its command takes ${bytes} bytes; ${WORDS_BYTES_MAX} may be`,
    );
  if (words.some((word) => word.includes('\0')))
    throw new Failure('TENDER_FAILED', 'a word of its command has a NUL in it');
  return words;
}

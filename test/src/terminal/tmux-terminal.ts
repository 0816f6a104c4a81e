import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SHOWN_DEADLINE_MS = 20_000;
const LOOK_AGAIN_MS = 40;
export const PROMPT = 'here>';

/** What a terminal shows, without blanks behind lines. */
export interface Screen {
  readonly text: string;
  /** Such as are not empty. */
  readonly lines: readonly string[];
  /** Whether a program has the screen to itself, and leaves what was there before. */
  readonly isAlternate: boolean;
}

/** A bash in a terminal of 100 columns and 30 rows, of a tmux that nobody else has. */
export class TmuxTerminal implements AsyncDisposable {
  readonly #folder: TemporaryFolder;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  /** Why there can be none here, or false. */
  static whyNot(): string | false {
    const { error } = spawnSync('tmux', ['-V']);
    return error === undefined ? false : 'not run here: there is no tmux (Debian: tmux)';
  }

  static async open(env: NodeJS.ProcessEnv, folder: string): Promise<TmuxTerminal> {
    const self = new TmuxTerminal(await TemporaryFolder.make());
    const bash = ['bash', '--norc', '--noprofile', '-i'];
    const size = ['-x', '100', '-y', '30'];
    const shellEnv = { ...env, PS1: `${PROMPT} `, LANG: 'C.UTF-8', LC_ALL: undefined };
    const words = ['-f', '/dev/null', 'new-session', '-d', ...size, '-c', folder, ...bash];
    await run('tmux', ['-S', self.#socket, ...words], { env: { ...shellEnv, TMUX: undefined } });
    await self.until('the prompt is shown', ({ text }) => text.includes(PROMPT));
    return self;
  }

  get #socket(): string {
    return this.#folder.file('socket');
  }

  /** The characters as they stand. */
  async type(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', text);
  }

  /** A key by its name in tmux: `Enter`, `Tab`, `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux('send-keys', key);
  }

  /** A whole line. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press('Enter');
  }

  async screen(): Promise<Screen> {
    const [text, isAlternate] = await Promise.all([
      this.#tmux('capture-pane', '-p'),
      this.#tmux('display-message', '-p', '#{alternate_on}'),
    ]);
    const lines = text.split('\n').map((line) => line.trimEnd());
    return {
      text: lines.join('\n'),
      lines: lines.filter((line) => line !== ''),
      isAlternate: isAlternate.trim() === '1',
    };
  }

  /** Waits for something to be shown, and returns all that is; `meanwhile` is done now and then. */
  async until(
    what: string,
    isSo: (screen: Screen) => boolean,
    meanwhile?: () => Promise<void>,
  ): Promise<Screen> {
    const end = Date.now() + SHOWN_DEADLINE_MS;
    for (;;) {
      const screen = await this.screen();
      if (isSo(screen)) return screen;
      if (Date.now() > end) assert.fail(`it never was so that ${what}:\n${screen.text}`);
      await meanwhile?.();
      await sleep(LOOK_AGAIN_MS);
    }
  }

  async #tmux(...words: readonly string[]): Promise<string> {
    return (await run('tmux', ['-S', this.#socket, ...words])).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux('kill-server');
    await this.#folder[Symbol.asyncDispose]();
  }
}

import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import assert from 'node:assert/strict';
import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { env } from 'node:process';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { installPrograms } from '../examples/example-programs.ts';
import { RunningSystem } from '../harness/running-system.ts';
import { standInTender } from '../harness/tender-path.ts';
import { PROMPT, TmuxTerminal, type Screen } from './tmux-terminal.ts';

const DEADLINE = { timeout: 60_000 };
const BIG_MIB = 48;
const none = TmuxTerminal.whyNot();

describe('in a terminal', { skip: none }, () => {
  let system: RunningSystem;
  let folder: TemporaryFolder;
  let terminal: TmuxTerminal;

  before(async () => {
    folder = await TemporaryFolder.make();
    env['ALBATROSS_STATS_INTERVAL_S'] = '1';
    system = await RunningSystem.start({ tenders: await standInTender() });
    await installPrograms(folder.path);
    await copyFile(helloImage('spt'), folder.file('hello.spt'));
    const administrator = await system.administrator();
    for (const name of ['hello', 'world', 'foo:web'])
      await administrator.create(name, helloImage('spt'), 'tick=100');
  }, DEADLINE);
  after(async () => {
    await system[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  }, DEADLINE);
  beforeEach(async () => {
    const path = `${folder.path}:${env['PATH']}`;
    terminal = await TmuxTerminal.open(
      { ...env, PATH: path, ALBATROSS_DIR: system.dir },
      folder.path,
    );
  });
  afterEach(async () => await terminal[Symbol.asyncDispose]());

  it(
    'top has the screen to itself, sorts by keys, and leaves what was there',
    DEADLINE,
    async () => {
      await terminal.enter('echo this was here before');
      await terminal.enter('albatross top');
      const names = ({ lines }: Screen): readonly string[] =>
        lines.flatMap((line) => /^ *(hello|world|foo:web)\b/.exec(line)?.[1] ?? []);
      const rows = await terminal.until('all are shown', (screen) => names(screen).length === 3);
      assert.ok(rows.isAlternate && !rows.text.includes('this was here before'), rows.text);
      await terminal.type('t');
      const sorted = (order: string) => (screen: Screen) => names(screen).join(' ') === order;
      await terminal.until('they are sorted by name', sorted('foo:web hello world'));
      await terminal.type('r');
      await terminal.until('they are the other way round', sorted('world hello foo:web'));
      for (const [key, by] of [
        ['m', 'mem'],
        ['n', 'net'],
        ['c', 'cpu'],
      ] as const) {
        await terminal.type(key);
        await terminal.until(`they are by ${by}`, ({ lines }) =>
          new RegExp(`by ${by}`).test(lines[0] ?? ''),
        );
      }
      await terminal.type('q');
      const left = await terminal.until(
        'the prompt is back',
        ({ lines }) => lines.at(-1) === PROMPT,
      );
      assert.ok(!left.isAlternate && left.text.includes('this was here before'), left.text);
      await isEndedWith(0);
    },
  );

  it(
    'console --follow goes on until Ctrl-C, and the prompt is back at once',
    DEADLINE,
    async () => {
      await terminal.enter('albatross console hello --follow');
      await terminal.until('two ticks are shown', ({ text }) =>
        /tick \d+\n[^]*tick \d+/.test(text),
      );
      await terminal.press('C-c');
      const pressedAt = performance.now();
      await terminal.until('the prompt is back', isPrompt);
      assert.ok(performance.now() - pressedAt < 2_000, 'it took two seconds');
      await isEndedWith(0);
    },
  );

  it('an upload that takes a while has a bar, which is gone in the end', DEADLINE, async () => {
    await writeFile(folder.file('big.img'), '');
    await truncate(folder.file('big.img'), BIG_MIB * 1024 * 1024);
    await terminal.enter(`albatross create-block data ${BIG_MIB}`);
    await terminal.until('it is created', ({ text }) => text.includes('created block device data'));
    // Whoever takes it does not take it for a while.
    const supervisor = system.pidOf('supervisor');
    process.kill(supervisor, 'SIGSTOP');
    try {
      await terminal.enter('albatross set-block data big.img');
      await terminal.until('a bar is shown', ({ text }) => /\d+ ?%|MiB/.test(text));
    } finally {
      process.kill(supervisor, 'SIGCONT');
    }
    const shown = await terminal.until(
      'the prompt is back',
      (screen) => isPrompt(screen) && /^set block device data$/m.test(screen.text),
    );
    assert.doesNotMatch(shown.text, /\d+ ?%/);
    await isEndedWith(0);
  });

  describe('the key Tab completes', () => {
    beforeEach(async () => {
      await terminal.enter('source <(albatross completion bash)');
      const isRead = ({ lines }: Screen): boolean => lines.length === 2 && lines[1] === PROMPT;
      await terminal.until('the script is read', isRead);
    });
    const completions = [
      ['the name of a unikernel that runs', 'albatross console he', 'albatross console hello'],
      ['a path', 'albatross policy --path fo', 'albatross policy --path foo:'],
      ['a command', 'albatross create-b', 'albatross create-block'],
      ['an option', 'albatross top --cou', 'albatross top --count'],
      ['a file', 'albatross create one hello.s', 'albatross create one hello.spt'],
    ] as const;
    for (const [what, typed, completed] of completions)
      it(what, DEADLINE, async () => {
        await terminal.type(typed);
        let pressedAt = 0;
        // It gives up when the machine is too slow; who sees nothing presses it again.
        await terminal.until(
          'it is completed',
          ({ lines }) => lines.at(-1) === `${PROMPT} ${completed}`,
          async () => {
            if (performance.now() - pressedAt < 2_000) return;
            pressedAt = performance.now();
            await terminal.press('Tab');
          },
        );
      });
  });

  async function isEndedWith(status: number): Promise<void> {
    await terminal.enter('echo it ended with $?.');
    const { text } = await terminal.until('it is told', (screen) =>
      /^it ended with \d+\.$/m.test(screen.text),
    );
    assert.match(text, new RegExp(`^it ended with ${status}\\.$`, 'm'));
  }
});

/** Behind whatever was shown of Ctrl-C. */
function isPrompt({ lines }: Screen): boolean {
  return lines.at(-1)?.endsWith(PROMPT) === true;
}

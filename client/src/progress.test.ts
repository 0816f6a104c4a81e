import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NO_PROGRESS, piecesWithBar, type Progress } from './progress.ts';
import { noPseudoTerminal, PseudoTerminal } from './testing/pseudo-terminal.ts';

const PROGRAM = fileURLToPath(new URL('./testing/progress-program.ts', import.meta.url));
const ESCAPE = '\x1b';
const absent = noPseudoTerminal();

function start(...args: readonly string[]): PseudoTerminal {
  return PseudoTerminal.start([process.execPath, ...LOADER, PROGRAM, ...args], {});
}

/** What stands on the terminal behind a mark, as somebody sees it: a line that was written over is gone. */
function seen(output: string): readonly string[] {
  return output.split('\r\n').map((line) => {
    let shown = '';
    for (const part of line.split(ESCAPE)) {
      const [, code = '', text = ''] = /^([78]|\[\d*[GK])?([^]*)$/.exec(part) ?? [];
      if (code.endsWith('G') || code === '[2K') shown = '';
      shown += text;
    }
    return shown;
  });
}

describe('a progress bar on a terminal', () => {
  it('says how far it is, and is gone before the result', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using terminal = start();
    await terminal.until('  0%');
    assert.match(terminal.output, /sending an image \[ {30}\] +0% +0 B of 1000 B/);
    terminal.type('half\n');
    await terminal.until(' 50%');
    assert.match(terminal.output, /\[={15} {15}\] +50% +500 B of 1000 B/);
    const before = terminal.output.length;
    terminal.type('done\n\x04');
    assert.equal((await terminal.end()).status, 0);
    assert.ok(seen(terminal.output.slice(before)).includes('it is done'));
    assert.ok(!seen(terminal.output).some((line) => /\[=* *\].*it is done/.test(line)));
  });

  it('makes room for what is told meanwhile, and comes back', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using terminal = start();
    await terminal.until('  0%');
    const before = terminal.output.length;
    terminal.type('note\n');
    await terminal.until('a note', before);
    const told = terminal.output.indexOf('a note\r\n', before);
    await terminal.until('sending an image', told);
    assert.ok(seen(terminal.output).includes('a note'));
    terminal.type('\x04');
    assert.equal((await terminal.end()).status, 0);
  });

  it('is gone when a signal ends the program, which ends as without a bar', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using terminal = start();
    await terminal.until('  0%');
    const before = terminal.output.length;
    terminal.kill('SIGINT');
    const { status, isRestored } = await terminal.end();
    assert.equal(status, 128 + 2);
    assert.equal(isRestored, true);
    assert.ok(terminal.output.slice(before).includes(`${ESCAPE}[2K`));
    assert.ok(seen(terminal.output).includes('status 130'));
  });

  it('is gone when a signal comes that somebody else takes', async (t) => {
    if (absent !== false) return t.skip(absent);
    await using terminal = start();
    await terminal.until('  0%');
    terminal.type('wait\n');
    await terminal.until('wait');
    terminal.type('half\n');
    await terminal.until(' 50%');
    terminal.kill('SIGINT');
    await terminal.until('interrupted');
    terminal.type('done\n\x04');
    assert.equal((await terminal.end()).status, 0);
    assert.ok(seen(terminal.output).includes('it is done'));
  });

  it('is not there for whoever wants it quiet, or for a program', async (t) => {
    if (absent !== false) return t.skip(absent);
    for (const option of ['--quiet', '--json', '--verbosity=error']) {
      await using terminal = start(option);
      terminal.type('half\ndone\n\x04');
      assert.equal((await terminal.end()).status, 0);
      assert.ok(!terminal.output.includes('sending') && !terminal.output.includes(ESCAPE));
    }
  });
});

it('pieces with a bar are the same pieces, counted when they were taken, and end it', async () => {
  const counted: (number | string)[] = [];
  const progress: Progress = {
    ...NO_PROGRESS,
    add: (bytes) => void counted.push(bytes),
    [Symbol.dispose]: () => void counted.push('end'),
  };
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    yield new Uint8Array(3);
    yield new Uint8Array(4);
  }
  const bars = { progress: () => progress };
  for await (const piece of piecesWithBar(bars, 'x', 7, pieces())) counted.push(-piece.length);
  assert.deepEqual(counted, [-3, 3, -4, 4, 'end']);
  counted.length = 0;
  for await (const _ of piecesWithBar(bars, 'x', 7, pieces())) break;
  assert.deepEqual(counted, ['end']);
});

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { keepCode } from './code-cache.ts';
import { readProgram } from './read-program.ts';
import { runProgram } from './run-program.ts';

/** One chunk that needs another, which needs it, and one of the rest. */
const PROGRAM = `({
  './program.js'(require, module, exports) {
    exports.word = 'a word';
    exports.rehearse = () => require('./other.js').say();
    exports.main = () => [require('./seldom.js').word, require('./never.js').word];
  },
  './other.js'(require, module, exports) {
    module.exports = { say: () => [require('./program.js').word, typeof require('node:fs').statSync] };
  },
})`;

/** One that needs one of the others, and one more. */
const REST = `({
  './seldom.js'(require, module, exports) {
    exports.word = require('./other.js').say()[0] + ' from the rest';
  },
  './never.js'(require, module, exports) {
    exports.word = 'another';
  },
})`;

describe('a program with the code that V8 made of it', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'albatross-code-'));
  });
  after(async () => await rm(folder, { recursive: true }));

  /** Files of their own: within one process V8 remembers a program that it has seen. */
  let count = 0;
  function newProgram(text = PROGRAM): string {
    count += 1;
    const file = join(folder, `program-${count}.js`);
    writeFileSync(file, `${text}${' '.repeat(count)}`);
    return file;
  }

  function keptFile(file: string): string {
    const [name, ...others] = readdirSync(folder).filter((one) =>
      join(folder, one).startsWith(`${file}.`),
    );
    assert.deepEqual(others, []);
    return join(folder, name ?? assert.fail('nothing was kept'));
  }

  function said(file: string): unknown {
    const scripts = { often: readProgram(file), rest: () => assert.fail('nobody asked for it') };
    return runProgram(scripts, createRequire(import.meta.url)).rehearse();
  }

  it('runs without, and its parts find each other', () => {
    assert.deepEqual(said(newProgram()), ['a word', 'function']);
  });

  it('keeps the code beside it, for this Node, and takes it the next time', async () => {
    const file = newProgram();
    await keepCode(readProgram(file), file);
    assert.ok(keptFile(file).includes(process.version));
    assert.equal(readProgram(file).cachedDataRejected, false);
    assert.deepEqual(said(file), ['a word', 'function']);
  });

  it('reads the rest of it once, when something of that is asked for', () => {
    let reads = 0;
    const scripts = {
      often: readProgram(newProgram()),
      rest: () => {
        reads += 1;
        return readProgram(newProgram(REST));
      },
    };
    const { main } = runProgram(scripts, createRequire(import.meta.url));
    assert.equal(reads, 0);
    assert.deepEqual(main('albatross'), ['a word from the rest', 'another']);
    assert.equal(reads, 1);
  });
});

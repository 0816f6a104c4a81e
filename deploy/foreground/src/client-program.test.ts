import { VERSION } from '@albatross/shared/runtime/version';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildClient } from './client-program.ts';

const DEADLINE_MS = 30_000;

describe('the installed client', () => {
  let folder: string;
  let launcher: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'albatross-client-'));
    launcher = await buildClient(folder);
  });
  after(async () => await rm(folder, { recursive: true }));

  /** Without V8 having seen the program in this process. */
  function printed(program: string, ...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, words, {
      encoding: 'utf8',
      timeout: DEADLINE_MS,
    });
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  }

  /** Of both scripts. */
  function keptCode(): readonly string[] {
    const files = readdirSync(folder).filter((one) => one.endsWith('.cache'));
    assert.equal(files.length, 2);
    return files.map((file) => join(folder, file));
  }

  it('starts from whatever folder, and through a link, under whose name it goes', () => {
    assert.equal(printed(launcher, '--version'), `${VERSION}\n`);
    const links = join(folder, 'links');
    mkdirSync(links);
    symlinkSync(launcher, join(links, 'albatross-client'));
    assert.match(printed(join(links, 'albatross-client'), '--help'), /^Usage: albatross-client /);
  });

  it('lets everybody read and start it, and nobody but its owner change it', () => {
    for (const file of readdirSync(folder).filter((one) => one !== 'links')) {
      const mode = statSync(join(folder, file)).mode & 0o777;
      assert.equal(mode, file.endsWith('.cjs') ? 0o755 : 0o644, file);
    }
  });

  it('does without the code that was kept for it, when that is cut off or none', () => {
    for (const file of keptCode()) {
      const code = readFileSync(file);
      for (const damaged of [
        code.subarray(0, code.length / 2),
        Buffer.alloc(0),
        'no code at all',
      ]) {
        writeFileSync(file, damaged);
        assert.match(printed(launcher, 'help', 'names'), /unikernel/);
      }
    }
  });

  it('is built over itself, and nothing is left of what was there', async () => {
    const former = ['albatross-0123456789abcdef.js', 'albatross-0123456789abcdef-rest.js'];
    for (const file of former) writeFileSync(join(folder, file), '');
    const before = readdirSync(folder).filter((file) => !former.includes(file));
    await buildClient(folder);
    assert.deepEqual(readdirSync(folder), before);
    assert.equal(printed(launcher, '--version'), `${VERSION}\n`);
  });
});

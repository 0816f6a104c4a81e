import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { claimFormat } from './state-format.ts';

let folder: string;
const file = (): string => join(folder, 'format');
const fails = (error: unknown): never => assert.fail(String(error));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albatross-format-'));
});
afterEach(async () => await rm(folder, { recursive: true }));

describe('the format of a folder of state', () => {
  it('is the first where nothing tells, and is told from then on', async () => {
    await claimFormat(folder, 1, fails);
    assert.equal(await readFile(file(), 'utf8'), '1\n');
    await claimFormat(folder, 1, fails);
    assert.deepEqual(await readdir(folder), ['format']);
  });

  it('is raised by who knows more, so that who knows less keeps away', async () => {
    await claimFormat(folder, 1, fails);
    await claimFormat(folder, 3, fails);
    await assert.rejects(claimFormat(folder, 2, fails), {
      name: 'StartError',
      message: `${file()} says that ${folder} is of format 3, and this program knows 2: a newer albatross wrote it, which has to be started instead; or put back the folder from before. Nothing in it was touched`,
    });
    assert.equal(await readFile(file(), 'utf8'), '3\n');
  });

  for (const text of ['', '\n', '0\n', '1 2\n', 'two\n', '-1\n', '1e3\n', `${'9'.repeat(10)}\n`]) {
    it(`is not guessed from ${JSON.stringify(text)}`, async () => {
      await writeFile(file(), text);
      await assert.rejects(claimFormat(folder, 1, fails), {
        name: 'StartError',
        message: /format is damaged: it should hold a number/,
      });
      assert.equal(await readFile(file(), 'utf8'), text);
    });
  }

  it('may be written by hand', async () => {
    await writeFile(file(), '1');
    await claimFormat(folder, 1, fails);
  });

  it('keeps nobody from starting where the disk does not take it', async () => {
    const told: unknown[] = [];
    await mkdir(join(folder, '.new_format'));
    await claimFormat(folder, 1, (error) => told.push(error));
    assert.equal(told.length, 1);
  });
});

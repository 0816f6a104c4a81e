import { TemporaryFolder } from '@albatross/shared/runtime/testing/temporary-folder';
import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandTree, type CommandTree } from '../help/command-tree.ts';
import { TOPICS } from '../help/topics.ts';
import { commandLine } from '../testing/command-line.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./write-man-pages.ts', import.meta.url));

/** By program, how it is told to warn of everything, and to show nothing. */
const CHECKERS: Readonly<Record<string, readonly string[]>> = {
  groff: ['-man', '-Tutf8', '-ww', '-z'],
  mandoc: ['-Tlint', '-Wwarning'],
  man: ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z'],
};

describe('the manual pages', () => {
  let folder: TemporaryFolder;
  let files: readonly string[];
  let tree: CommandTree;

  before(async () => {
    folder = await TemporaryFolder.make();
    await run(process.execPath, [...LOADER, SCRIPT, folder.path]);
    files = await readdir(folder.file('man1'));
    tree = commandTree(commandLine());
  });
  after(async () => await folder[Symbol.asyncDispose]());

  const page = async (name: string): Promise<string> =>
    (await readFile(join(folder.path, 'man1', name), 'utf8'))
      .replaceAll(String.raw`\-`, '-')
      .replaceAll(String.raw`\e`, '\\');

  it('are one for the program and one for each command, by each of its names', () => {
    const names = tree.commands.flatMap(({ name, aliases }) => [name, ...aliases]);
    const pages = ['albatross', 'albatross-client', ...names.map((name) => `albatross-${name}`)];
    assert.deepEqual(files.toSorted(), pages.map((name) => `${name}.1`).toSorted());
  });

  it('have every topic, command, argument, option and example that the help has', async () => {
    const whole = await page('albatross.1');
    for (const { name } of TOPICS) assert.ok(whole.includes(`.SH "${name.toUpperCase()}"`), name);
    for (const { name, arguments: words, options, notes, examples } of tree.commands) {
      assert.ok(whole.includes(`albatross-${name}(1)`), name);
      const text = await page(`albatross-${name}.1`);
      for (const { term } of options) assert.ok(text.includes(term), `${name} ${term}`);
      for (const { placeholder } of words)
        assert.ok(
          text.includes(String.raw`.TP${'\n'}\fB${placeholder}\fR`),
          `${name} ${placeholder}`,
        );
      for (const line of [...notes.split('\n'), ...examples])
        assert.ok(text.includes(line.trim()), `${name}: ${line}`);
      assert.ok(text.includes('.SH "EXAMPLES"'), `${name} has no example`);
    }
  });

  for (const [checker, options] of Object.entries(CHECKERS))
    it(`are such that ${checker} warns of nothing`, async (t) => {
      if (spawnSync(checker, ['--version']).error !== undefined)
        return t.skip(`not run here: there is no ${checker}`);
      for (const file of files) {
        if ((await page(file)).startsWith('.so ')) continue;
        const path = join(folder.path, 'man1', file);
        const { stdout, stderr } = await run(checker, [...options, path]);
        assert.equal(stderr, '', file);
        if (checker === 'mandoc') assert.equal(stdout, '', file);
      }
    });

  it('are not written without a folder', async () => {
    const failed = spawnSync(process.execPath, [...LOADER, SCRIPT], { encoding: 'utf8' });
    assert.deepEqual([failed.status, failed.stdout], [124, '']);
    assert.match(failed.stderr, /^write-man-pages needs one folder.*\n$/);
  });
});

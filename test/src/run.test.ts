import { LOADER } from '@albatross/shared/runtime/testing/loader';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

describe('the test runner', () => {
  it('passes when every test passed, and ends with the counts', (t) => {
    const { status, lines } = runIn(t, {
      'a.test.ts':
        "import { it } from 'node:test'; const n: number = 1; it(`holds ${n}`, () => {});",
      'below/b.test.ts':
        "import { it } from 'node:test'; it('holds', () => {}); it('too', () => {});",
    });
    assert.equal(lines.at(-1), '3 passed, 0 failed, 0 skipped');
    assert.equal(status, 0);
  });

  it('fails when there is nothing to run', (t) => {
    const { status, lines } = runIn(t, { 'a.ts': '' });
    assert.ok(lines.includes('no test files: *.test.ts'));
    assert.equal(lines.at(-1), '0 passed, 0 failed, 0 skipped');
    assert.equal(status, 1);
  });

  it('fails when a pathspec names nothing', (t) => {
    const { status, lines } = runIn(
      t,
      { 'a.test.ts': "import { it } from 'node:test'; it('holds', () => {});" },
      ['elsewhere'],
    );
    assert.ok(lines.includes('no test files: elsewhere'));
    assert.equal(status, 1);
  });

  it('runs only what a pathspec names, and of that only tests', (t) => {
    const { status, lines } = runIn(
      t,
      {
        'a.test.ts': "throw new Error('not asked for');",
        'below/b.test.ts': "import { it } from 'node:test'; it('holds', () => {});",
        'below/b.ts': "throw new Error('no test');",
      },
      ['below'],
    );
    assert.equal(lines.at(-1), '1 passed, 0 failed, 0 skipped');
    assert.equal(status, 0);
  });

  it('fails when one test fails, and shows which and why', (t) => {
    const { status, lines, text } = runIn(t, {
      'a.test.ts': [
        "import { describe, it } from 'node:test';",
        '/** Of which nothing is left when it runs. */',
        'interface Thing { readonly name: string }',
        '',
        "describe('a thing', () => {",
        "  it('holds', () => {});",
        "  it('breaks', () => { console.log('seen before it'); throw new Error('as planned'); });",
        '});',
      ].join('\n'),
    });
    assert.match(text, /✖ a thing > breaks\n +Error: as planned\n +at .*a\.test\.ts:7:/);
    assert.match(text, /what it wrote:\n +seen before it/);
    // Said again at the end, which is all that is kept of a long output.
    assert.match(text, /\nfailed: a\.test\.ts\n +✖ a thing > breaks\n +Error: as planned\n/);
    assert.equal(lines.at(-1), '1 passed, 1 failed, 0 skipped');
    assert.equal(status, 1);
  });

  it('names a test that did not run, with its reason', (t) => {
    const { status, lines } = runIn(t, {
      'a.test.ts': [
        "import { it } from 'node:test';",
        "it('holds', () => {});",
        "it('needs a tender', (t) => t.skip('there is none'));",
      ].join('\n'),
    });
    assert.deepEqual(lines.slice(-2), [
      'did not run: needs a tender: there is none',
      '1 passed, 0 failed, 1 skipped',
    ]);
    assert.equal(status, 0);
  });

  it('counts the tests that did not run for one reason, over all files', (t) => {
    const content = [
      "import { describe, it } from 'node:test';",
      "it('holds', () => {});",
      "it('needs a tender', { skip: 'there is none' }, () => {});",
      "describe('a whole suite', { skip: 'there is none' }, () => {});",
    ].join('\n');
    const { lines } = runIn(t, { 'a.test.ts': content, 'b.test.ts': content });
    assert.deepEqual(lines.slice(-2), [
      'did not run: 4 tests: there is none',
      '2 passed, 0 failed, 4 skipped',
    ]);
  });

  it('fails when no test ran at all', (t) => {
    const { status, lines } = runIn(t, {
      'a.test.ts': "import { it } from 'node:test'; it('x', { skip: 'why not' }, () => {});",
    });
    assert.equal(lines.at(-1), '0 passed, 0 failed, 1 skipped');
    assert.equal(status, 1);
  });

  it('counts a file that crashed, or that registers no test, as a failure', (t) => {
    const { status, lines, text } = runIn(t, {
      'holds.test.ts': "import { it } from 'node:test'; it('holds', () => {});",
      'is-killed.test.ts': "process.kill(process.pid, 'SIGKILL');",
      'is-no-program.test.ts': 'it is no program(',
      'leaves-early.test.ts':
        "import { it } from 'node:test'; it('x', () => {}); process.on('exit', () => process.exit(3));",
      'only-an-empty-suite.test.ts':
        "import { describe } from 'node:test'; describe('x', () => {});",
      'registers-nothing.test.ts': 'export const x = 1;',
      'throws.test.ts': "throw new Error('as planned');",
    });
    assert.match(text, /✖ is-killed\.test\.ts\n +its process was ended by SIGKILL/);
    assert.match(text, /✖ is-no-program\.test\.ts\n +its process exited with 1/);
    assert.match(text, /✖ leaves-early\.test\.ts\n +its process exited with 3/);
    assert.match(text, /✖ only-an-empty-suite\.test\.ts\n +registers no test/);
    assert.match(text, /✖ registers-nothing\.test\.ts\n +registers no test/);
    assert.match(text, /✖ throws\.test\.ts\n +its process exited with 1\n.*\n[^]*as planned/);
    assert.equal(lines.at(-1), '2 passed, 6 failed, 0 skipped');
    assert.equal(status, 1);
  });
});

interface Run {
  readonly status: number | null;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Runs the runner in a repository of its own that holds these files. */
function runIn(
  t: { after: (end: () => void) => void },
  files: Readonly<Record<string, string>>,
  pathspecs: readonly string[] = [],
): Run {
  const repository = mkdtempSync(join(tmpdir(), 'albatross-runner-'));
  t.after(() => rmSync(repository, { recursive: true }));
  execFileSync('git', ['init', '--quiet', repository]);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), content);
  }
  const runner = fileURLToPath(new URL('run.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    'env',
    // With this variable Node would take the runner for one of the tests it runs.
    ['-u', 'NODE_TEST_CONTEXT', process.execPath].concat(LOADER, runner, pathspecs),
    { cwd: repository, encoding: 'utf8' },
  );
  const text = stdout + stderr;
  return { status, text, lines: stdout.trimEnd().split('\n') };
}

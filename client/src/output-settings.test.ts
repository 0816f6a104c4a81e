import { Failure } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { painted } from './colour.ts';
import { COMMON_DEFAULTS, type CommonSettings } from './common-options.ts';
import { Output } from './output.ts';

/** What an output with these settings writes, where there is no terminal. */
function written(
  t: TestContext,
  settings: Partial<CommonSettings>,
  work: (output: Output) => void,
): { readonly stdout: string; readonly stderr: string } {
  const output = new Output({ env: {} });
  output.settle({ ...COMMON_DEFAULTS, ...settings });
  const parts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    t.mock.method(process[name], 'write', (text: string) => {
      parts[name] += text;
      return true;
    });
  try {
    work(output);
  } finally {
    t.mock.restoreAll();
  }
  return parts;
}

const list = (output: Output): void => {
  output.list([{ name: 'foo:web' }, { path: 'foo:' }], ['NAME', 'foo:web', 'foo:'], 'nothing');
};

describe('a list', () => {
  it('is a table, an array, or names', (t) => {
    assert.equal(written(t, {}, list).stdout, 'NAME\nfoo:web\nfoo:\n');
    const array = '[{"name":"foo:web"},{"path":"foo:"}]\n';
    assert.equal(written(t, { isJson: true }, list).stdout, array);
    assert.equal(written(t, { isJson: true, verbosity: 'quiet' }, list).stdout, array);
    assert.equal(written(t, { verbosity: 'quiet' }, list).stdout, 'foo:web\nfoo:\n');
  });

  it('with nothing in it says so, but for whoever wants it quiet', (t) => {
    const none = (output: Output): void => output.list([], ['NAME'], 'nothing');
    assert.equal(written(t, {}, none).stdout, 'nothing\n');
    assert.equal(written(t, { verbosity: 'quiet' }, none).stdout, '');
  });

  it('of what has no names is as it always is', (t) => {
    const checks = (output: Output): void => output.list([{ check: 'a' }], ['ok  a'], 'nothing');
    assert.equal(written(t, { verbosity: 'quiet' }, checks).stdout, 'ok  a\n');
  });
});

describe('what became of an order', () => {
  const done = (output: Output): void => output.done({ name: 'x' }, ['done', 'and more']);

  it('is lines, an object, or nothing', (t) => {
    assert.equal(written(t, {}, done).stdout, 'done\nand more\n');
    assert.equal(written(t, { isJson: true, verbosity: 'quiet' }, done).stdout, '{"name":"x"}\n');
    assert.deepEqual(written(t, { verbosity: 'quiet' }, done), { stdout: '', stderr: '' });
  });
});

describe('what is told beside', () => {
  const tell = (output: Output): void => {
    output.debug('how\nexactly\x1b');
    output.info('what');
    output.note('a note\n');
    output.failure(new Failure('USAGE_INVALID', 'never so'));
  };

  it('is as much as somebody wants, and failures always', (t) => {
    const failure = 'never so [USAGE_INVALID]\n';
    for (const [verbosity, before] of [
      ['quiet', ''],
      ['error', ''],
      ['warning', 'a note\\x0a\n'],
      ['info', 'what\na note\\x0a\n'],
      ['debug', 'how\nexactly\\x1b\nwhat\na note\\x0a\n'],
    ] as const)
      assert.deepEqual(written(t, { verbosity }, tell), { stdout: '', stderr: before + failure });
  });
});

describe('colours', () => {
  const print = (output: Output): void => {
    output.line(painted('good', 'running'));
    output.failure(new Failure('USAGE_INVALID', 'never so'));
  };

  it('are not where there is no terminal', (t) => {
    const plain = { stdout: 'running\n', stderr: 'never so [USAGE_INVALID]\n' };
    assert.deepEqual(written(t, {}, print), plain);
    assert.deepEqual(written(t, { color: 'never' }, print), plain);
  });

  it('are of a state, and of the first word of a failure, where somebody wants them', (t) => {
    assert.deepEqual(written(t, { color: 'always' }, print), {
      stdout: '\x1b[32mrunning\x1b[39m\n',
      stderr: '\x1b[31mnever\x1b[39m so [USAGE_INVALID]\n',
    });
  });

  it('are never in JSON', (t) => {
    const output = written(t, { color: 'always', isJson: true }, (output) => {
      output.json({ state: 'running' });
      output.failure(new Failure('USAGE_INVALID', 'never so'));
    });
    assert.deepEqual(output, {
      stdout: '{"state":"running"}\n',
      stderr: '{"code":"USAGE_INVALID","message":"never so","details":{}}\n',
    });
  });
});

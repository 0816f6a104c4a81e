import { clientProgram } from '@albatross/test/harness/client-program';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { commandTree } from '../help/command-tree.ts';
import { TOPICS } from '../help/topics.ts';
import { commandLine, examplesIn, readCommandLine } from '../testing/command-line.ts';

const CLIENT = await clientProgram();

function help(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLIENT, ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('albatross help', () => {
  it('lists the topics, and explains each', () => {
    const { status, stdout } = help('help', 'topics');
    assert.equal(status, 0);
    for (const { name, summary, text } of TOPICS) {
      assert.match(stdout, new RegExp(`^${name} +${summary}$`, 'm'));
      assert.deepEqual(help('help', name), { status: 0, stdout: `${text.trim()}\n`, stderr: '' });
    }
    const listed = JSON.parse(help('help', 'topics', '--json').stdout) as unknown;
    assert.deepEqual(
      listed,
      TOPICS.map(({ name, summary }) => ({ name, summary })),
    );
  });

  it('explains a command as --help does, by any of its names', () => {
    const { stdout } = help('add-policy', '--help');
    for (const name of ['add-policy', 'add_policy', 'replace-policy'])
      assert.deepEqual(help('help', name), { status: 0, stdout, stderr: '' });
    assert.deepEqual(JSON.parse(help('help', 'add-policy', '--json').stdout), {
      name: 'add-policy',
      text: stdout,
    });
    assert.equal(help('help').stdout, help('--help').stdout);
  });

  it('refuses what is neither in one line', () => {
    const { status, stdout, stderr } = help('help', 'nams');
    assert.deepEqual([status, stdout], [124, '']);
    assert.match(stderr, /^there is no help on "nams"; .*topics.* \[USAGE_INVALID\]\n$/);
  });

  it('hides what only shells ask for', () => {
    assert.doesNotMatch(help('--help').stdout, /^ +complete /m);
  });
});

describe('a help topic', () => {
  it('fits a terminal, and says about itself what fits a line', () => {
    for (const { name, summary, text } of TOPICS) {
      for (const line of text.split('\n')) assert.ok(line.length <= 100, `${name}: ${line}`);
      assert.ok(summary.length <= 80);
    }
  });

  it('has the exit statuses that docs/errors.md has', () => {
    const file = new URL('../../../docs/errors.md', import.meta.url);
    const rows = readFileSync(file, 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \|$/gm);
    const documented = [...rows].map(([, status, text]) => `${status} ${text}`);
    const { text } = TOPICS.find(({ name }) => name === 'exit-statuses') ?? assert.fail();
    const told = [...text.matchAll(/^ {2}(\d+) +(.+)$/gm)].map(
      ([, status, what]) => `${status} ${what}`,
    );
    assert.deepEqual(
      told,
      documented.map((row) => row.replaceAll('`', '')),
    );
  });
});

describe('every example', () => {
  it('of a topic is a command line that is understood', async () => {
    for (const { name, text } of TOPICS)
      for (const words of examplesIn(text))
        await assert.doesNotReject(readCommandLine(words), `${name}: ${words.join(' ')}`);
  });

  it('of a command is one too, and is of that command', async () => {
    for (const { name, aliases, ...command } of commandTree(commandLine()).commands) {
      const examples = examplesIn(command.examples.join('\n'));
      assert.ok(
        examples.some(([command]) => [name, ...aliases].includes(command ?? '')),
        `${name} has no example`,
      );
      for (const words of examples)
        await assert.doesNotReject(readCommandLine(words), `${name}: ${words.join(' ')}`);
    }
  });
});

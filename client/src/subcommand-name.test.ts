import { Command } from 'commander';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withDashes } from './subcommand-name.ts';

it('a subcommand may be written with underscores, and nothing else is changed', () => {
  const program = new Command();
  program.command('add-policy').alias('replace-policy');
  program.command('info');
  for (const [words, expected] of [
    ['add_policy foo_bar 16', 'add-policy foo_bar 16'],
    ['replace_policy foo 16', 'replace-policy foo 16'],
    ['--dir a_b add_policy x', '--dir a_b add-policy x'],
    ['--dir=a_b add_policy x', '--dir=a_b add-policy x'],
    ['--dir add_policy info', '--dir add_policy info'],
    ['info add_policy', 'info add_policy'],
    ['no_such', 'no_such'],
    ['--help', '--help'],
  ] as const)
    assert.deepEqual(withDashes(words.split(' '), program), expected.split(' '));
  assert.deepEqual(withDashes([], program), []);
});

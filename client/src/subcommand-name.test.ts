import { Command } from 'commander';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { subcommandIn, withDashes } from './subcommand-name.ts';

it('a subcommand may be written with underscores, and nothing else is changed', () => {
  const program = new Command().option('--dir <dir>').option('-q');
  program.command('add-policy').alias('replace-policy');
  program.command('info');
  for (const [words, expected] of [
    ['add_policy foo_bar 16', 'add-policy foo_bar 16'],
    ['replace_policy foo 16', 'replace-policy foo 16'],
    ['--dir a_b add_policy x', '--dir a_b add-policy x'],
    ['--dir=a_b add_policy x', '--dir=a_b add-policy x'],
    ['--dir add_policy info', '--dir add_policy info'],
    ['-q add_policy x', '-q add-policy x'],
    ['info add_policy', 'info add_policy'],
    ['no_such', 'no_such'],
    ['--help', '--help'],
  ] as const)
    assert.deepEqual(withDashes(words.split(' '), program), expected.split(' '));
  assert.deepEqual(withDashes([], program), []);
});

it('the subcommand is known where only options that are known stand before it', () => {
  const program = new Command().option('--dir <dir>').option('-q');
  for (const [words, expected] of [
    ['info', 'info'],
    ['add_policy foo_bar 16', 'add-policy'],
    ['--dir info create x', 'create'],
    ['--dir=info create x', 'create'],
    ['-q --dir a create --what', 'create'],
    ['--dir', null],
    ['-q', null],
    ['--help info', null],
    ['--dri info create', null],
    ['-- info', null],
  ] as const)
    assert.equal(subcommandIn(words.split(' '), program), expected, words);
  assert.equal(subcommandIn([], program), null);
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { shellWord } from './shell-word.ts';

it('a shell reads a word of ours as it was meant', () => {
  for (const text of [
    '/var/lib/albatross',
    "it's",
    'a b',
    '$HOME',
    '`id`',
    '',
    '-',
    'a\nb',
    '*',
    'A=b',
    'x=~/y',
    '--net:a=b',
    '~',
  ])
    assert.equal(
      execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }),
      text,
    );
});

import { StartError } from '@albatross/shared/runtime/run';
import assert from 'node:assert/strict';
import { isAbsolute, join } from 'node:path';
import { cwd } from 'node:process';
import { describe, it } from 'node:test';
import { readOptions } from './options.ts';

describe('the command line of npm start', () => {
  it('may name a folder, which becomes absolute', () => {
    assert.equal(readOptions(['--dir', '/tmp/here']).dir, '/tmp/here');
    assert.equal(readOptions(['--dir=there']).dir, join(cwd(), 'there'));
    assert.equal(readOptions(['--dir', './a/../b/']).dir, join(cwd(), 'b'));
    assert.ok(isAbsolute(readOptions([]).dir));
  });

  it('that is wrong is one message, which says what would be right', () => {
    for (const args of [
      ['--dir'],
      ['--dir='],
      ['--dri', 'x'],
      ['x'],
      ['--dir', 'x', 'y'],
      ['-d', 'x'],
    ]) {
      assert.throws(
        () => readOptions(args),
        (error) =>
          error instanceof StartError && error.message.includes('npm start -- [--dir DIR]'),
        args.join(' '),
      );
    }
  });
});

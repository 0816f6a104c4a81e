import { VERSION } from '@albatross/shared/runtime/version';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OptionsError, readOptions } from './options.ts';

describe('the command line of npm run package', () => {
  it('may be empty, or name a folder and a version', () => {
    const usual = readOptions([], {});
    assert.match(usual?.folder ?? '', /\/dist$/);
    assert.deepEqual([usual?.version, usual?.epoch], [VERSION, null]);
    const options = readOptions(['/tmp/x', '--package-version', '1.2.3~rc1'], {
      DEBFULLNAME: 'Some Body',
      DEBEMAIL: 'body@example.org',
      SOURCE_DATE_EPOCH: '1700000000',
    });
    assert.deepEqual(options, {
      folder: '/tmp/x',
      version: '1.2.3~rc1',
      maintainer: 'Some Body <body@example.org>',
      epoch: 1_700_000_000,
    });
    assert.equal(readOptions(['--help'], {}), null);
  });

  it('is refused in one line when it is wrong', () => {
    for (const [args, env, message] of [
      [['a', 'b'], {}, /^it takes one folder/],
      [[''], {}, /^it takes one folder/],
      [['--package-version', 'v1'], {}, /^"v1" is no version/],
      [['--nothing'], {}, /--nothing/],
      [[], { SOURCE_DATE_EPOCH: 'today' }, /^SOURCE_DATE_EPOCH is today/],
    ] as const)
      assert.throws(
        () => readOptions(args, env),
        (error) => error instanceof OptionsError && message.test(error.message),
      );
  });
});

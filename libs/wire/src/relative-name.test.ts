import { isPathName, isWithin, parseName, type PathName } from '@albatross/shared/domain/name';
import { name as anyName } from '@albatross/shared/domain/testing/arbitrary-name';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { absoluteName, relativeName } from './relative-name.ts';

const path = (text: string): PathName => {
  const name = parseName(text);
  assert.ok(isPathName(name));
  return name;
};

describe('a name in a path', () => {
  it('is told without the path', () => {
    for (const [name, from, relative] of [
      ['alice:web', 'alice:', 'web'],
      ['alice:bob:db', 'alice:', 'bob:db'],
      ['alice:bob:', 'alice:', 'bob:'],
      ['alice:', 'alice:', ':'],
      ['alice:web', ':', 'alice:web'],
      [':', ':', ':'],
    ] as const) {
      assert.equal(relativeName(parseName(name), path(from)), relative);
      assert.equal(absoluteName(parseName(relative), path(from)), name);
    }
  });

  it('is none of another path', () => {
    for (const name of ['bob:web', 'alice', 'alicea:web', ':'])
      assert.throws(() => relativeName(parseName(name), path('alice:')), RangeError);
  });

  it('is the same again with its path', () => {
    fc.assert(
      fc.property(anyName, anyName, (name, other) => {
        const from = isPathName(other) ? other : path(`${other}:`);
        if (isWithin(name, from)) assert.equal(absoluteName(relativeName(name, from), from), name);
      }),
    );
  });
});

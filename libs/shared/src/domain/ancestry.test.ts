import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { ancestry } from './ancestry.ts';
import { isWithin, labelsOf, parseName, ROOT, type PathName } from './name.ts';
import { pathAmongFew } from './testing/arbitrary-name.ts';

const path = (text: string): PathName => parseName(text) as PathName;

it('a path is the first of its own ancestry, and the root the last', () => {
  assert.deepEqual(ancestry(path('foo:bar:')), ['foo:bar:', 'foo:', ':']);
  assert.deepEqual(ancestry(path('foo:')), ['foo:', ':']);
  assert.deepEqual(ancestry(ROOT), [':']);
});

it('an ancestry is exactly the paths that something is within', () => {
  fc.assert(
    fc.property(pathAmongFew, pathAmongFew, (one, other) => {
      assert.equal(ancestry(one).includes(other), isWithin(one, other));
      assert.equal(ancestry(one).length, labelsOf(one).length + 1);
    }),
  );
});

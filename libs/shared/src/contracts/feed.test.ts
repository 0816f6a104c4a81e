import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isPathName, isWithin, parseName, ROOT } from '../domain/name.ts';
import { nameAmongFew } from '../domain/testing/arbitrary-name.ts';
import { consoleFeed } from './console.ts';
import { feedPattern, feedSubject } from './feed.ts';

describe('the subject of a feed', () => {
  it('tells the kind of feed and the name it is about', () => {
    assert.equal(feedSubject(consoleFeed, parseName('foo:a.b')), 'albatross.v1.console.foo.a_b');
    assert.equal(feedSubject(consoleFeed, parseName('foo:')), 'albatross.v1.console.foo.:');
  });
});

describe('what is subscribed', () => {
  it('for the root is the whole feed', () => {
    assert.equal(feedPattern(consoleFeed, ROOT), 'albatross.v1.console.>');
  });

  it('for a path brings that path and all below it, for a unikernel itself, and nothing else', () => {
    fc.assert(
      fc.property(nameAmongFew, nameAmongFew, (asked, published) => {
        const isWanted = isPathName(asked) ? isWithin(published, asked) : published === asked;
        const isBrought = matches(
          feedPattern(consoleFeed, asked),
          feedSubject(consoleFeed, published),
        );
        assert.equal(isBrought, isWanted);
      }),
      { numRuns: 1000 },
    );
  });

  /** As nats-server matches: a last `>` stands for one or more tokens. */
  function matches(pattern: string, subject: string): boolean {
    return pattern.endsWith('.>') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
  }
});

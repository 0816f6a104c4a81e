import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isPathName, isWithin, parseName, ROOT } from '../domain/name.ts';
import { nameAmongFew } from '../domain/testing/arbitrary-name.ts';
import { FEEDS } from './catalogue.ts';
import { consoleFeed } from './console.ts';
import { EVENT_TYPES, eventFeed } from './event.ts';
import {
  feedPattern,
  feedSubject,
  isProcessFeed,
  processSubject,
  variantOf,
  type MessageOf,
} from './feed.ts';
import { heartbeatFeed } from './heartbeat.ts';

describe('the subject of a feed', () => {
  it('tells the kind of feed and the name it is about', () => {
    assert.equal(feedSubject(consoleFeed, parseName('foo:a.b')), 'albatross.v1.console.foo.a_b');
    assert.equal(feedSubject(consoleFeed, parseName('foo:')), 'albatross.v1.console.foo.:');
  });

  it('of processes about themselves ends in the process', () => {
    assert.equal(processSubject(heartbeatFeed, 'console'), 'albatross.v1.heartbeat.console');
    assert.deepEqual(
      FEEDS.filter(isProcessFeed).map(({ kind }) => kind),
      ['heartbeat', 'refused'],
    );
  });

  it('tells the variant in between, of a feed that has one', () => {
    const name = parseName('foo:a.b');
    const message = { type: 'block-set', name } as MessageOf<typeof eventFeed>;
    const variant = variantOf(eventFeed, message);
    assert.equal(feedSubject(eventFeed, name, variant), 'albatross.v1.event.block-set.foo.a_b');
    const line = { name, entries: [] } as unknown as MessageOf<typeof consoleFeed>;
    assert.equal(variantOf(consoleFeed, line), undefined);
  });
});

describe('what is subscribed', () => {
  it('for the root is the whole feed', () => {
    assert.equal(feedPattern(consoleFeed, ROOT), 'albatross.v1.console.>');
    assert.equal(feedPattern(eventFeed, ROOT), 'albatross.v1.event.*.>');
  });

  it('is all variants of a feed that has some', () => {
    assert.equal(feedPattern(eventFeed, parseName('foo:')), 'albatross.v1.event.*.foo.>');
    assert.equal(feedPattern(eventFeed, parseName('foo:a')), 'albatross.v1.event.*.foo.a');
  });

  it('for a path brings that path and all below it, for a unikernel itself, and nothing else', () => {
    fc.assert(
      fc.property(nameAmongFew, nameAmongFew, variant, (asked, published, variant) => {
        const isWanted = isPathName(asked) ? isWithin(published, asked) : published === asked;
        for (const feed of [consoleFeed, eventFeed]) {
          const subject = feedSubject(feed, published, variant);
          assert.equal(matches(feedPattern(feed, asked), subject), isWanted);
        }
      }),
      { numRuns: 1000 },
    );
  });

  const variant = fc.constantFrom(...EVENT_TYPES);

  /** As nats-server matches: `*` stands for one token, a last `>` for one or more. */
  function matches(pattern: string, subject: string): boolean {
    const tokens = subject.split('.');
    const asked = pattern.split('.');
    const isOpen = asked.at(-1) === '>';
    if (isOpen) asked.pop();
    return (
      (isOpen ? tokens.length > asked.length : tokens.length === asked.length) &&
      asked.every((token, index) => token === '*' || token === tokens[index])
    );
  }
});

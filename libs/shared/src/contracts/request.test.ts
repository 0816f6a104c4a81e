import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseName, ROOT } from '../domain/name.ts';
import { name } from '../domain/testing/arbitrary-name.ts';
import { openBlob } from './blob.ts';
import { REQUESTS } from './catalogue.ts';
import { feedSubject } from './feed.ts';
import { consoleFeed } from './console.ts';
import { IDENTITIES } from './identities.ts';
import { addressTokens, parseRequestSubject, requestPattern, requestSubject } from './request.ts';
import { showUnikernel } from './unikernel.ts';
import { listUnikernels } from './unikernel-list.ts';

describe('the subject of a request', () => {
  it('tells who asks, for what, and about which name', () => {
    assert.equal(
      requestSubject(showUnikernel, 'admin', parseName('foo:a.b')),
      'albatross.v1.cmd.admin.unikernel.info.foo.a_b',
    );
    assert.equal(
      requestSubject(listUnikernels, 'admin', ROOT),
      'albatross.v1.cmd.admin.unikernel.list.:',
    );
    assert.equal(requestPattern(openBlob), 'albatross.v1.cmd.*.blob.open.>');
  });

  it('is taken apart into the caller and the tokens of the name', () => {
    const requests = fc.constantFrom(...REQUESTS);
    fc.assert(
      fc.property(requests, fc.constantFrom(...IDENTITIES), name, (request, caller, name) => {
        assert.deepEqual(parseRequestSubject(request, requestSubject(request, caller, name)), {
          caller,
          nameTokens: addressTokens(request, name),
        });
      }),
    );
  });

  it('is not taken for one of another request', () => {
    for (const one of REQUESTS) {
      const subject = requestSubject(one, 'admin', ROOT);
      const readers = REQUESTS.filter((other) => parseRequestSubject(other, subject) !== null);
      assert.deepEqual(readers, [one], subject);
      assert.equal(parseRequestSubject({ ...one, noun: 'other' }, subject), null);
      assert.equal(parseRequestSubject({ ...one, verb: 'other' }, subject), null);
    }
  });

  it('is not seen in a subject of another kind, or one that is cut off', () => {
    const subjects = [
      feedSubject(consoleFeed, ROOT),
      'albatross.v1.cmd.admin.unikernel.list',
      'albatross.v1.cmd.admin.unikernel',
      'albatross.v2.cmd.admin.unikernel.list.:',
      'evil.v1.cmd.admin.unikernel.list.:',
      '_INBOX.admin.x',
      '',
    ];
    for (const subject of subjects) {
      assert.equal(parseRequestSubject(listUnikernels, subject), null, subject);
    }
  });
});

describe('a contract', () => {
  it('refuses keys it does not know in a request, and lets a newer service add some to a reply', () => {
    for (const { noun, verb, body, reply } of REQUESTS) {
      const unknown = { fromTheFuture: 1 };
      assert.ok(refusesKeys(body, unknown), `${noun}.${verb} takes unknown keys`);
      assert.ok(!refusesKeys(reply, unknown), `the reply of ${noun}.${verb} refuses new keys`);
    }
  });

  function refusesKeys(schema: (typeof REQUESTS)[number]['body'], value: unknown): boolean {
    const { error } = schema.safeParse(value);
    return error?.issues.some((issue) => issue.code === 'unrecognized_keys') ?? false;
  }
});

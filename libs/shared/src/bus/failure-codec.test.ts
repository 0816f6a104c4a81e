import assert from 'node:assert/strict';
import type { Msg } from 'nats';
import { describe, it } from 'node:test';
import { Failure, type FailureCode } from '../contracts/failures.ts';
import { showUnikernel } from '../contracts/unikernel.ts';
import { encode } from './codec.ts';
import { encodeFailure, failureIn, failureOf } from './failure-codec.ts';

const notFound = new Failure('UNIKERNEL_NOT_FOUND', 'no hello', { name: 'hello', tried: 2 });
/** Not one that `showUnikernel` may fail with. */
const foreign = new Failure('BLOB_LIMIT', 'too large');

function replyOf(failure: Failure, body?: unknown): Msg {
  const { headers, data } = encodeFailure(failure);
  return { headers, data: body === undefined ? data : encode(body) } as Msg;
}

describe('a failure on the bus', () => {
  it('arrives as it was thrown', () => {
    const arrived = failureIn(replyOf(notFound), showUnikernel);
    assert.ok(arrived instanceof Failure);
    const { code, message, details } = arrived;
    assert.equal(code, 'UNIKERNEL_NOT_FOUND');
    assert.equal(message, 'no hello');
    assert.deepEqual(details, { name: 'hello', tried: 2 });
  });

  it('is marked as the tools of NATS expect it, ours apart from the caller’s', () => {
    const marks = (code: FailureCode): (string | undefined)[] => {
      const { headers } = encodeFailure(new Failure(code, 'x'));
      return [headers.get('Nats-Service-Error'), headers.get('Nats-Service-Error-Code')];
    };
    assert.deepEqual(marks('UNIKERNEL_NOT_FOUND'), ['UNIKERNEL_NOT_FOUND', '400']);
    assert.deepEqual(marks('INTERNAL'), ['INTERNAL', '500']);
  });

  it('is not seen in a reply that is none', () => {
    assert.equal(failureIn({ data: encode({}) } as Msg, showUnikernel), null);
    const { headers } = encodeFailure(notFound);
    headers.delete('Nats-Service-Error-Code');
    assert.equal(failureIn({ headers, data: encode({}) } as Msg, showUnikernel), null);
  });

  it('is not believed with a code that the contract does not have, or that nobody has', () => {
    for (const reply of [replyOf(foreign), replyOf(notFound, { code: 'toString', message: '' })]) {
      assert.equal(failureIn(reply, showUnikernel)?.code, 'REPLY_INVALID');
    }
  });

  it('is believed with a code that every request can meet', () => {
    assert.equal(failureIn(replyOf(new Failure('BUSY', 'later')), showUnikernel)?.code, 'BUSY');
  });

  it('may lack details, and is REPLY_INVALID when it lacks more', () => {
    const plain = replyOf(notFound, { code: 'UNIKERNEL_NOT_FOUND', message: 'no hello' });
    assert.deepEqual(failureIn(plain, showUnikernel)?.details, {});
    const broken = replyOf(notFound, { code: 'UNIKERNEL_NOT_FOUND' });
    assert.throws(() => failureIn(broken, showUnikernel), { code: 'REPLY_INVALID' });
  });
});

describe('what a service throws', () => {
  function told(error: unknown): { readonly failure: Failure; readonly defects: unknown[] } {
    const defects: unknown[] = [];
    return { failure: failureOf(error, showUnikernel, (defect) => defects.push(defect)), defects };
  }

  it('goes to the caller as it is when it is a failure of the contract', () => {
    assert.deepEqual(told(notFound), { failure: notFound, defects: [] });
  });

  it('is a defect when it is anything else, and no word of it goes to the caller', () => {
    for (const error of [new Error('secret'), 'secret', undefined, foreign]) {
      const { failure, defects } = told(error);
      assert.equal(failure.code, 'INTERNAL');
      assert.doesNotMatch(failure.message, /secret|large/);
      assert.deepEqual(failure.details, {});
      assert.deepEqual(defects, [error]);
    }
  });
});

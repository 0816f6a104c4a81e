import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refusalOf, ServerRefusal } from './server-refusal.ts';

/** Code, whether it is a refusal of the server's services, and the message. */
function read(text: string): readonly [string, boolean, string] {
  const failure = refusalOf(text);
  return [failure.code, failure instanceof ServerRefusal, failure.message];
}

describe('what a server answers instead of doing it', () => {
  it('has the code of the service behind it', () => {
    const [code, isServices, message] = read('there is none [of these] [BLOCK_NOT_FOUND]');
    assert.deepEqual([code, isServices], ['BLOCK_NOT_FOUND', true]);
    assert.equal(message, 'there is none [of these]');
  });

  it('is about the certificates when it has a reason of the gateway', () => {
    const refused = read('the certificate CN=a was revoked by its issuer [revoked]');
    const message = 'the server refused: the certificate CN=a was revoked by its issuer';
    assert.deepEqual(refused, ['CLIENT_UNTRUSTED', false, message]);
    assert.deepEqual(refusalOf('no [too-many-certificates]').details, {
      reason: 'too-many-certificates',
    });
  });

  it('may be that it has too much to do', () => {
    assert.deepEqual(read('full [too-many-sessions]'), ['BUSY', true, 'full']);
  });

  it("has words only when it is the original's", () => {
    for (const text of ['destroy: not found', 'lists [a, b]', 'odd [NO_SUCH_CODE]'])
      assert.deepEqual(read(text), ['REMOTE_REFUSED', true, `the server refused: ${text}`]);
  });
});

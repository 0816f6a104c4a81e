import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '@albatross/shared/contracts/failures';
import { describeCheck, parseCheck } from './check.ts';

describe('a check on the command line', () => {
  it('is a pattern, an address, or a time', () => {
    assert.deepEqual(parseCheck('console:^ready: \\d+$'), {
      kind: 'console',
      pattern: /^ready: \d+$/,
    });
    assert.deepEqual(parseCheck('tcp:10.0.0.2:80'), { kind: 'tcp', host: '10.0.0.2', port: 80 });
    assert.deepEqual(parseCheck('tcp:[fd00::2]:8080'), {
      kind: 'tcp',
      host: 'fd00::2',
      port: 8080,
    });
    assert.deepEqual(parseCheck('tcp:www.example:443'), {
      kind: 'tcp',
      host: 'www.example',
      port: 443,
    });
    assert.deepEqual(parseCheck('up:2.5'), { kind: 'up', ms: 2500 });
  });

  it('is shown as it was written', () => {
    for (const text of ['console:a|b', 'tcp:[fd00::2]:80', 'tcp:a:1', 'up:0.5', 'up:10'])
      assert.equal(describeCheck(parseCheck(text)), text);
  });

  it('that is none is explained in one line', () => {
    for (const [text, says] of [
      ['', /is console:PATTERN, tcp:HOST:PORT or up:SECONDS; "" is none of them$/],
      ['ready', /"ready" is none of them$/],
      ['http:a:1', /none of them$/],
      ['console:', /needs a regular expression behind the colon$/],
      ['console:a(b', /"a\(b" is none: Unterminated group$/],
      ['console:[z-a]', /is none: Range out of order in character class$/],
      ['tcp:a', /is as in tcp:10\.0\.0\.2:80 or tcp:\[fd00::2\]:80; "a" is not$/],
      ['tcp:fd00::2:80', /is not$/],
      ['tcp:a:0', /is not$/],
      ['tcp:a:65536', /is not$/],
      ['up:', /--ready up:SECONDS is a number of seconds, up to 86400, .*; "" is not$/],
      ['up:0', /is not$/],
      ['up:-1', /is not$/],
      ['up:1e3', /is not$/],
      ['up:86401', /is not$/],
    ] as const) {
      assert.throws(
        () => parseCheck(text),
        (error: unknown) => {
          assert.ok(error instanceof Failure && error.code === 'USAGE_INVALID', text);
          assert.match(error.message, says);
          return !error.message.includes('\n');
        },
      );
    }
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'console:', 'tcp:', 'up:'), fc.string(), (kind, text) => {
        try {
          parseCheck(kind + text);
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
    );
  });
});

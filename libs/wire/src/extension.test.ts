import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeExtension, encodeExtension } from './extension.ts';
import { command as anyCommand } from './testing/arbitrary-command.ts';
import { assertRefused } from './testing/asserts.ts';
import {
  NEWEST_EXTENSIONS,
  OLDER_EXTENSIONS,
  REFUSED_EXTENSIONS,
} from './testing/extension-vectors.ts';
import { hex } from './testing/hex.ts';
import { inOrder } from './testing/in-order.ts';

describe('the extension of a certificate', () => {
  for (const [what, text, command] of NEWEST_EXTENSIONS)
    it(`with ${what} is read and written as the original does`, () => {
      assert.deepEqual(decodeExtension(hex(text)), command);
      assert.deepEqual(encodeExtension(command), hex(text));
    });

  for (const [what, text, command] of OLDER_EXTENSIONS)
    it(`with ${what} is read as the original reads it`, () => {
      assert.deepEqual(decodeExtension(hex(text)), command);
      // And is the same in the form of today.
      assert.deepEqual(decodeExtension(encodeExtension(command)), command);
    });

  for (const [what, text, message] of REFUSED_EXTENSIONS)
    it(`with ${what} is refused, as the original refuses it`, () => {
      assertRefused(() => decodeExtension(hex(text)), message);
    });

  it('that is written is read as it was, but for the order of its devices', () => {
    fc.assert(
      fc.property(anyCommand, (command) => {
        assert.deepEqual(inOrder(decodeExtension(encodeExtension(command))), inOrder(command));
      }),
      { numRuns: 200 },
    );
  });
});

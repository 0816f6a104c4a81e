import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesOf, REALISTIC } from './testing/page-of.ts';
import { lint } from './testing/promtool.ts';
import { readPage } from './testing/read-page.ts';
import { anyMessage, anySample, HOST } from './testing/told.ts';

describe('promtool', () => {
  const nothing = 'promtool, of Debian package prometheus, is not installed';

  it('has nothing to say of a page as a system has it', async (t) => {
    const said = lint(await bytesOf(REALISTIC));
    if (said === null) return t.skip(nothing);
    assert.equal(said, '');
  });

  it('has nothing to say of an empty page', async (t) => {
    const said = lint(await bytesOf({}));
    if (said === null) return t.skip(nothing);
    assert.equal(said, '');
  });

  it('has nothing to say whatever is told', async (t) => {
    if (lint(Buffer.of()) === null) return t.skip(nothing);
    const told = fc.record({
      samples: fc.array(anySample),
      host: fc.constantFrom(HOST, null),
      messages: fc.array(anyMessage),
    });
    const check = fc.asyncProperty(told, async (input) => {
      const bytes = await bytesOf(input);
      readPage(bytes.toString());
      assert.equal(lint(bytes), '');
    });
    await fc.assert(check, { numRuns: 20 });
  });

  it('would have something to say of a page that is wrong', (t) => {
    const said = lint(Buffer.from('# TYPE albatross_a counter\nalbatross_a{b="\\c"} 1\n'));
    if (said === null) return t.skip(nothing);
    assert.match(said, /invalid escape sequence/);
  });
});

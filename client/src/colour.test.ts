import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasColours, Painted, painted } from './colour.ts';

describe('text with parts that stand out', () => {
  const line = new Painted(['a ', painted('good', 'running'), ' b']);

  it('has escape codes where there are colours, and none elsewhere', () => {
    assert.equal(line.show(true), 'a \x1b[32mrunning\x1b[39m b');
    assert.equal(line.show(false), 'a running b');
    assert.equal(String(line), 'a running b');
  });

  it('has no other escape codes than its own', () => {
    const hostile = painted('bad', '\x1b[2Jfailed\x1b[0m');
    assert.equal(hostile.show(true), '\x1b[31m\\x1b[2Jfailed\\x1b[0m\x1b[39m');
    assert.equal(hostile.show(false), '\\x1b[2Jfailed\\x1b[0m');
  });
});

describe('colours', () => {
  const terminal = { isTTY: true };

  it('are there on a terminal that shows them', () => {
    assert.equal(hasColours('auto', terminal, {}), true);
    assert.equal(hasColours('auto', {}, {}), false);
    assert.equal(hasColours('auto', terminal, { TERM: 'dumb' }), false);
  });

  it('are not there where NO_COLOR holds anything', () => {
    assert.equal(hasColours('auto', terminal, { NO_COLOR: '0' }), false);
    assert.equal(hasColours('auto', terminal, { NO_COLOR: '' }), true);
  });

  it('are there, or are not, where somebody says so', () => {
    assert.equal(hasColours('always', {}, { NO_COLOR: '1' }), true);
    assert.equal(hasColours('never', terminal, {}), false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLazyRequires } from './lazy-requires.ts';

describe('a file that TypeScript made for CommonJS', () => {
  it('loads what it imports where that is used', () => {
    const text = [
      'const core_1 = require("./core");',
      'var codec_1 = require("./codec");',
      'function ask() {',
      '  return new core_1.Inbox((0, codec_1.encode)(core_1));',
      '}',
      '',
    ].join('\n');
    assert.equal(
      withLazyRequires(text),
      [
        '',
        '',
        'function ask() {',
        '  return new (require("./core")).Inbox((0, (require("./codec")).encode)((require("./core"))));',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('keeps what it imports of others, and names that only look like an import', () => {
    const text = 'const net_1 = require("net");\nconst part_1 = 3;\nuse(net_1.connect, part_1);\n';
    assert.equal(withLazyRequires(text), text);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import * as solo5 from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('lists exactly the error codes that there are', () => {
    const listed = [...readme.matchAll(/^\| `(IMAGE_\w+)`/gm)].map(([, code]) => code);
    assert.deepEqual(listed, [...solo5.IMAGE_ERROR_CODES]);
  });

  it('lists exactly the limits that are exported, with their values', () => {
    const listed = [...readme.matchAll(/\| (\d+) \| `(\w+)` \|$/gm)].map(
      ([, value, name]) => [name, Number(value)] as const,
    );
    const exported = Object.entries(solo5).filter(([, value]) => typeof value === 'number');
    assert.deepEqual(new Map(listed), new Map(exported));
  });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { importsOf } from './imports.ts';

it('finds what a module imports, in every form', () => {
  const code = [
    "import a from 'a';",
    "import type { B } from 'b';",
    'import {',
    '  c,',
    "} from 'c';",
    "import * as d from 'd';",
    "import 'e';",
    "export { f } from 'f';",
    "export * from 'g';",
    'export const notImported = 1;',
    "const h = await import('h');",
    "  const i = import(\n  'i');",
    'const text = "import x from \'x\'";',
  ].join('\n');
  assert.deepEqual(importsOf(code), ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
});

import type { BlockEntry } from '@albatross/shared/contracts/block';
import { parseUnikernelName } from '@albatross/shared/domain/name';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { blockTable } from './block-view.ts';

it('shows block devices in aligned columns, with who uses them and what is wrong', () => {
  const name = parseUnikernelName;
  const blocks: readonly BlockEntry[] = [
    { name: name('foo:data'), sizeMib: 1024, usedBy: name('foo:web'), fault: null },
    { name: name('x'), sizeMib: 1, usedBy: null, fault: 'its file \u001b[2J is missing' },
  ];
  assert.deepEqual(blockTable(blocks).map(String), [
    'NAME      SIZE      USED BY',
    'foo:data  1024 MiB  foo:web',
    'x         1 MiB     - (unusable: its file \\x1b[2J is missing)',
  ]);
});

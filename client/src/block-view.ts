import type { BlockEntry } from '@albatross/shared/contracts/block';
import type { Line } from './colour.ts';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { table } from './table.ts';

/** Rows with aligned columns, the heading first. */
export function blockTable(blocks: readonly BlockEntry[]): readonly Line[] {
  return table(
    ['NAME', 'SIZE', 'USED BY'],
    blocks.map(({ name, sizeMib, usedBy, fault }) => [
      name,
      `${sizeMib} MiB`,
      (usedBy ?? '-') + (fault === null ? '' : ` (unusable: ${escapeControl(fault)})`),
    ]),
  );
}

import type { BlockEntry } from '@albatross/shared/contracts/block';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { aligned } from './table.ts';

/** Rows with aligned columns, the heading first. */
export function blockTable(blocks: readonly BlockEntry[]): readonly string[] {
  return aligned([
    ['NAME', 'SIZE', 'USED BY'],
    ...blocks.map(({ name, sizeMib, usedBy, fault }) => [
      name,
      `${sizeMib} MiB`,
      (usedBy ?? '-') + (fault === null ? '' : ` (unusable: ${escapeControl(fault)})`),
    ]),
  ]);
}

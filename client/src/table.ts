import { escapeControl } from '@albatross/shared/runtime/escape';
import { Painted, painted, type Line } from './colour.ts';

/** Rows with aligned columns below a heading, which stands out where there are colours. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly Line[])[],
): readonly Line[] {
  return alignedLines([heading.map((title) => painted('heading', title)), ...rows]);
}

/** Rows with aligned columns. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  return alignedLines(rows).map(String);
}

function alignedLines(rows: readonly (readonly Line[])[]): readonly Line[] {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? '')))) ?? [];
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => String(cell) !== '');
    const cells = row.slice(0, last + 1);
    return joined(
      cells.flatMap((cell, column) => {
        const room = (widths[column] ?? 0) - widthOf(cell);
        return column === last ? [cell] : [cell, ' '.repeat(room + GAP)];
      }),
    );
  });
}

const GAP = 2;

function joined(parts: readonly Line[]): Line {
  const line = new Painted(parts);
  return line.isPlain ? String(line) : line;
}

/** In columns of a terminal, as it will be shown: what belongs to the letter before it takes none. */
export function widthOf(line: Line): number {
  const shown = escapeControl(String(line));
  if (/^[\x20-\x7e]*$/.test(shown)) return shown.length;
  return Array.from(shown.replaceAll(/[\p{Mn}\p{Me}\u200c\u200d]/gu, '')).length;
}

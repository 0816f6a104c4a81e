/** What became of a subcommand in one column. */
export type Cell =
  /** The same bytes came. */
  | { readonly kind: 'equal' }
  | { readonly kind: 'works' }
  | { readonly kind: 'not applicable'; readonly why: string }
  | { readonly kind: 'differs'; readonly why: string };

/** What became of one step towards it. */
export interface Outcome {
  /** As the document shows what was tried. */
  readonly title: string;
  /** How it went, in words. */
  readonly manner: string;
  readonly cell: Exclude<Cell, { kind: 'not applicable' }>;
}

export function cellText(cell: Cell): string {
  return 'why' in cell ? `${cell.kind}: ${cell.why}` : cell.kind;
}

/** One difference makes it different, and one that is not the same byte for byte no longer equal. */
export function together(outcomes: readonly Outcome[]): Outcome['cell'] {
  const cells = outcomes.map(({ cell }) => cell);
  const whys = cells.flatMap((cell) => (cell.kind === 'differs' ? [cell.why] : []));
  if (whys.length > 0) return { kind: 'differs', why: [...new Set(whys)].join('; ') };
  return { kind: cells.every(({ kind }) => kind === 'equal') ? 'equal' : 'works' };
}

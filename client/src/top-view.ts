import { isStale, type TopRow, type TopState } from './top-model.ts';

export type SortKey = 'cpu' | 'memory' | 'network' | 'name';

/** What of it is shown, and in which order. */
export interface TopView {
  readonly sort: SortKey;
  readonly isReversed: boolean;
  /** Rows above the first one shown. */
  readonly offset: number;
}

export const FIRST_VIEW: TopView = { sort: 'cpu', isReversed: false, offset: 0 };

/** How much there is to be scrolled through. */
export interface Extent {
  readonly rows: number;
  /** Rows that are shown at once. */
  readonly page: number;
}

const SORT_KEYS: Readonly<Record<string, SortKey>> = {
  c: 'cpu',
  m: 'memory',
  n: 'network',
  t: 'name',
};

/** The view after a key was pressed. Keys that have no meaning change nothing. */
export function press(view: TopView, key: string, extent: Extent): TopView {
  const sort = Object.hasOwn(SORT_KEYS, key) ? SORT_KEYS[key] : undefined;
  if (sort !== undefined) return { sort, isReversed: false, offset: 0 };
  if (key === 'r') return { ...view, isReversed: !view.isReversed, offset: 0 };
  return within({ ...view, offset: scrolled(view.offset, key, extent) }, extent);
}

/** No further down than to the last page. */
export function within(view: TopView, { rows, page }: Extent): TopView {
  const offset = Math.max(0, Math.min(view.offset, rows - page));
  return offset === view.offset ? view : { ...view, offset };
}

function scrolled(offset: number, key: string, { rows, page }: Extent): number {
  switch (key) {
    case 'up':
      return offset - 1;
    case 'down':
      return offset + 1;
    case 'pageup':
      return offset - page;
    case 'pagedown':
      return offset + page;
    case 'home':
      return 0;
    case 'end':
      return rows;
    default:
      return offset;
  }
}

/** Those of which nothing is known are last, either way round; those that are equal are sorted by name. */
export function sorted(
  state: TopState,
  { sort, isReversed }: TopView,
  now: number,
): readonly TopRow[] {
  const byName = [...state.rows.values()].toSorted((a, b) =>
    a.sample.name < b.sample.name ? -1 : 1,
  );
  if (sort === 'name') return isReversed ? byName.toReversed() : byName;
  const measured = byName.map((row) => ({
    row,
    much: isStale(row, state, now) ? null : muchOf(row, sort),
  }));
  const direction = isReversed ? -1 : 1;
  return measured
    .toSorted((a, b) => {
      if (a.much === null || b.much === null)
        return Number(a.much === null) - Number(b.much === null);
      return direction * (b.much - a.much);
    })
    .map(({ row }) => row);
}

function muchOf({ sample, rates }: TopRow, sort: Exclude<SortKey, 'name'>): number | null {
  switch (sort) {
    case 'cpu':
      return sample.process.cpuShare;
    case 'memory':
      return sample.process.rssBytes;
    case 'network':
      return rates.toGuest === null && rates.fromGuest === null
        ? null
        : (rates.toGuest ?? 0) + (rates.fromGuest ?? 0);
  }
}

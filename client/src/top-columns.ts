import { bytesText, cpuText, durationText, UNKNOWN } from './quantity.ts';
import { sparkline } from './sparkline.ts';
import { isStale, type TopRow, type TopState } from './top-model.ts';

/** How much room there is, and of what kind. */
export interface Room {
  readonly columns: number;
  readonly isUnicode: boolean;
}

interface Column {
  readonly title: string;
  readonly width: number;
  /** Text stands left, numbers right. */
  readonly isText?: true;
  readonly cell: (row: TopRow, now: number, width: number) => string;
}

const NAME_LEAST = 12;
/** Longer ones are cut before a column is left out for them. */
const NAME_READABLE = 40;
const HISTORY_LEAST = 8;
const HISTORY_MOST = 60;
const GAP = '  ';

/**
 * The heading and a line for each row, none wider than there is room. What matters least is left out first;
 * room that is left over goes to names and to the history.
 */
export function topTable(
  state: TopState,
  rows: readonly TopRow[],
  room: Room,
  now: number,
): readonly string[] {
  const columns = columnsFor(state, room);
  const heading = columns.map(({ title, ...shape }) => fit(title, shape, room));
  const lines = rows.map((row) =>
    columns.map((column) => fit(column.cell(row, now, column.width), column, room)),
  );
  return [heading, ...lines].map((cells) => cut(cells.join(GAP), room).trimEnd());
}

/** A text in so many columns and no more. */
export function cut(text: string, { columns, isUnicode }: Room): string {
  if (text.length <= columns) return text;
  return `${text.slice(0, Math.max(0, columns - 1))}${isUnicode ? '…' : '~'}`.slice(0, columns);
}

function columnsFor(state: TopState, room: Room): readonly Column[] {
  const rows = [...state.rows.values()];
  const longest = Math.max(4, ...rows.map(({ sample }) => sample.name.length));
  const least = Math.min(longest, NAME_LEAST, room.columns);
  const first = fitting(firstGroups(state), room.columns - least);
  const readable =
    least + Math.min(first.spare, Math.max(0, Math.min(longest, NAME_READABLE) - least));
  const left = room.columns - readable - widthOf(first.groups);
  const { groups, spare } = first.isWhole ? fitting(moreGroups(state, rows, room), left) : NO_ROOM;
  const name = readable + Math.min(spare, longest - readable);
  const historyMore = Math.min(spare - (name - readable), HISTORY_MOST - HISTORY_LEAST);
  const chosen = new Map(
    [...first.groups, ...groups].flat().map((column) => {
      const more = column.title === HISTORY ? historyMore : 0;
      return [column.title, { ...column, width: column.width + more }] as const;
    }),
  );
  const others = ORDER.flatMap((title) => chosen.get(title) ?? []);
  return [nameColumn(name, room), ...others];
}

type Groups = readonly (readonly Column[])[];

interface Fitting {
  readonly groups: Groups;
  readonly spare: number;
  /** Whether none was left out. */
  readonly isWhole: boolean;
}

const NO_ROOM: Fitting = { groups: [], spare: 0, isWhole: false };

/** As many as there is room for, in their order. */
function fitting(groups: Groups, columns: number): Fitting {
  const count = groups.findIndex((_, index) => widthOf(groups.slice(0, index + 1)) > columns);
  const chosen = count === -1 ? groups : groups.slice(0, count);
  return { groups: chosen, spare: columns - widthOf(chosen), isWhole: count === -1 };
}

function widthOf(groups: Groups): number {
  return groups.flat().reduce((sum, { width }) => sum + GAP.length + width, 0);
}

const HISTORY = 'HISTORY';
/** From left to right, behind the name. */
const ORDER = [
  'PID',
  'CPU',
  HISTORY,
  'MEMORY',
  'IN/S',
  'OUT/S',
  'READ/S',
  'WRITE/S',
  'THR',
  'UPTIME',
];

/** The end of a name tells more than its beginning. */
const nameColumn = (width: number, { isUnicode }: Room): Column => ({
  title: 'NAME',
  width,
  isText: true,
  cell: ({ sample: { name } }) =>
    name.length <= width ? name : `${isUnicode ? '…' : '~'}${name.slice(name.length - width + 1)}`,
});

/** What matters most; a group is shown together or not at all. */
function firstGroups(state: TopState): Groups {
  return [
    [number(state, 'CPU', 6, ({ sample }) => cpuText(sample.process.cpuShare))],
    [number(state, 'MEMORY', 8, ({ sample }) => bytesText(sample.process.rssBytes))],
    [
      number(state, 'IN/S', 8, ({ rates }) => bytesText(rates.toGuest)),
      number(state, 'OUT/S', 8, ({ rates }) => bytesText(rates.fromGuest)),
    ],
  ];
}

/** What matters less than that names can be read. */
function moreGroups(state: TopState, rows: readonly TopRow[], { isUnicode }: Room): Groups {
  const history: Column = {
    title: HISTORY,
    width: HISTORY_LEAST,
    isText: true,
    cell: ({ cpuShares }, _now, width) => sparkline(cpuShares, width, { isUnicode }),
  };
  const disks = [
    number(state, 'READ/S', 8, ({ rates }) => bytesText(rates.read)),
    number(state, 'WRITE/S', 8, ({ rates }) => bytesText(rates.written)),
  ];
  const isDiskKnown = rows.some(({ rates }) => rates.read !== null || rates.written !== null);
  return [
    [history],
    [number(state, 'UPTIME', 7, ({ sample }, now) => durationText(now - sample.startedAt))],
    ...(isDiskKnown ? [disks] : []),
    [number(state, 'PID', 7, ({ sample }) => String(sample.pid))],
    [number(state, 'THR', 4, ({ sample }) => String(sample.process.threads))],
  ];
}

function number(
  state: TopState,
  title: string,
  width: number,
  cell: (row: TopRow, now: number) => string,
): Column {
  // A number from before is none of now.
  const fresh = (row: TopRow, now: number): string =>
    isStale(row, state, now) ? UNKNOWN : cell(row, now);
  return { title, width, cell: fresh };
}

function fit(
  text: string,
  { width, isText = false }: { readonly width: number; readonly isText?: boolean },
  { isUnicode }: Room,
): string {
  const short = cut(text, { columns: width, isUnicode });
  return isText ? short.padEnd(width) : short.padStart(width);
}

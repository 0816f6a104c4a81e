import { ROOT } from '@albatross/shared/domain/name';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { bytesText, cpuText, durationText } from './quantity.ts';
import { cut, topTable, type Room } from './top-columns.ts';
import { whyNoData, type TopState } from './top-model.ts';
import { sorted, type Extent, type TopView } from './top-view.ts';

/** A terminal. */
export interface Size extends Room {
  readonly rows: number;
}

export interface ScreenLine {
  readonly text: string;
  readonly look: 'plain' | 'heading' | 'warning' | 'faint';
}

/** What is shown of the rows; `within` keeps a view inside of it. */
export function extentOf(state: TopState, { rows }: Size): Extent {
  const { isWhole, hasHeading, hasFooter } = partsFor(rows);
  const others = (isWhole ? 3 : 1) + Number(hasHeading) + Number(hasFooter);
  return { rows: state.rows.size, page: Math.max(0, rows - others) };
}

/** Exactly as many lines as the terminal has, none wider than it is. */
export function screenLines(
  state: TopState,
  view: TopView,
  size: Size,
  now: number,
): readonly ScreenLine[] {
  const { isWhole, hasHeading, hasFooter } = partsFor(size.rows);
  const { page } = extentOf(state, size);
  const shown = sorted(state, view, now).slice(view.offset, view.offset + page);
  const [heading = '', ...body] = topTable(state, shown, size, now);
  if (state.rows.size === 0 && page > 0) body.push('nothing is sampled');
  const filled = [...body, ...Array.from({ length: page - body.length }, () => '')];
  const lines: readonly ScreenLine[] = [
    titleLine(state, view, now),
    ...(isWhole ? summaryLines(state).map(plain) : []),
    ...(hasHeading ? [{ text: heading.padEnd(size.columns), look: 'heading' } as const] : []),
    ...filled.map(plain),
    ...(hasFooter
      ? [{ text: footer(view, shown.length, state.rows.size), look: 'faint' } as const]
      : []),
  ];
  return lines.slice(0, size.rows).map(({ text, look }) => ({ text: cut(text, size), look }));
}

/** The same for what is no terminal: everything, however wide. */
export function plainLines(state: TopState, view: TopView, now: number): readonly string[] {
  const room: Room = { columns: WIDE, isUnicode: false };
  const table = topTable(state, sorted(state, view, now), room, now);
  return [
    titleLine(state, view, now).text,
    ...summaryLines(state),
    ...(state.rows.size === 0 ? ['nothing is sampled'] : table),
    '',
  ];
}

/** Wider than a table with the longest name. */
const WIDE = 400;

function partsFor(rows: number) {
  return { isWhole: rows >= 8, hasHeading: rows >= 3, hasFooter: rows >= 5 };
}

const plain = (text: string): ScreenLine => ({ text, look: 'plain' });

function titleLine(state: TopState, view: TopView, now: number): ScreenLine {
  const gone = whyNoData(state, now);
  if (gone !== null) {
    const since = gone.since === null ? '' : ` since ${timeText(gone.since)}`;
    return { text: `no data${since}: ${printable(gone.why)}`, look: 'warning' };
  }
  const order = `by ${view.sort}${view.isReversed ? ', reversed' : ''}`;
  const every = state.intervalMs === null ? [] : [`every ${durationText(state.intervalMs)}`];
  return plain(['albatross top', timeText(now), order, ...every].join(GAP));
}

/** The machine, and what is at and below the path. */
function summaryLines({ host }: TopState): readonly [string, string] {
  if (host === null) return ['', ''];
  const { cpus, cpuShare, load, memoryBytes, memoryAvailableBytes, uptimeS } = host.host;
  const machine = [
    `load ${load.map((one) => one.toFixed(2)).join(' ')}`,
    cpuShare === null ? `CPUs ${cpus}` : `CPUs ${cpuShare.toFixed(1)} of ${cpus} busy`,
    `memory ${bytesText(Math.max(0, memoryBytes - memoryAvailableBytes))} of ${bytesText(memoryBytes)} used`,
    `up ${durationText(uptimeS * 1000)}`,
  ];
  const [path] = host.paths;
  if (path === undefined) return [machine.join(GAP), ''];
  const { processes, cpuShare: pathShare, rssBytes, policy } = path;
  const below = path.path === ROOT ? '' : ` below ${path.path}`;
  const sampled = `${processes} sampled${below}: CPU ${cpuText(pathShare)}, memory ${bytesText(rssBytes)}`;
  return [machine.join(GAP), [sampled, ...describeUse(policy)].join(GAP)];
}

type Policy = NonNullable<TopState['host']>['paths'][number]['policy'];

function describeUse(policy: Policy): readonly string[] {
  if (policy === null) return [];
  const { used, maximum } = policy;
  return maximum === null
    ? [`unikernels ${used.unikernels}, granted ${used.memoryMib} MiB`]
    : [
        `unikernels ${used.unikernels} of ${maximum.unikernels}, granted ${used.memoryMib} of ${maximum.memoryMib} MiB`,
      ];
}

function footer({ offset }: TopView, shown: number, count: number): string {
  const where = count === 0 ? '0' : `${offset + 1}-${offset + shown} of ${count}`;
  return `${where}${GAP}sort: c CPU, m memory, n network, t name, r reverse${GAP}scroll: arrows, PgUp, PgDn${GAP}q quit`;
}

const GAP = '  ';

/** Every character is one column wide. */
function printable(text: string): string {
  return escapeControl(text).replaceAll(/[^\x20-\x7e]/g, '?');
}

/** As 12:34:56Z. */
function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`;
}

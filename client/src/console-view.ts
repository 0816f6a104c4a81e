import { describeMarker, type ConsoleMarker } from '@albatross/shared/bus/console/marker';
import type { ConsoleEntry, ConsoleSummary } from '@albatross/shared/contracts/console';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { escapeBytes, escapeControl, readUtf8 } from '@albatross/shared/runtime/escape';
import type { Line } from './colour.ts';
import { table } from './table.ts';

/** Of another host it is not known which number an entry has. */
export type ShownEntry = Pick<ConsoleEntry, 'at' | 'entry'> & Partial<ConsoleEntry>;

/**
 * What stands in `line` the guest printed, unless `marker` says otherwise: a boot, an exit, a gap, or so many
 * lines `dropped`. A line that is not UTF-8 has its bytes in `base64` too.
 */
export function entryToJson(name: UnikernelName, { seq, at, entry }: ShownEntry): object {
  const common = { name, seq: seq ?? null, at: new Date(at).toISOString() };
  if (entry.kind === 'line') {
    const text = readUtf8(entry.bytes);
    return {
      ...common,
      line: text ?? Buffer.from(entry.bytes).toString('utf8'),
      truncated: entry.truncated,
      base64: text === null ? Buffer.from(entry.bytes).toString('base64') : null,
      marker: null,
      dropped: null,
    };
  }
  return {
    ...common,
    line: describeMarker(entry),
    truncated: false,
    base64: null,
    marker: entry.kind,
    dropped: entry.kind === 'dropped' ? entry.lines : null,
  };
}

/** One line for a terminal; with the name in front where there are several consoles. */
export function entryToText({ at, entry }: ShownEntry, name?: UnikernelName): string {
  const text = entry.kind === 'line' ? escapeBytes(entry.bytes) + cut(entry) : markerToText(entry);
  return `${prefix(name)}${new Date(at).toISOString()} ${text}`;
}

/** What is no line of the guest, as it stands between lines. */
export function markerToText(entry: ConsoleMarker): string {
  return `-- ${escapeControl(describeMarker(entry))} --`;
}

/** The stable shape that programs get: times as RFC 3339, everything else as on the bus. */
export function consoleToJson(summary: ConsoleSummary): object {
  return { ...summary, lastAt: new Date(summary.lastAt).toISOString() };
}

/** Rows with aligned columns, the heading first. */
export function consoleTable(consoles: readonly ConsoleSummary[]): readonly Line[] {
  return table(
    ['NAME', 'LAST', 'BYTES'],
    consoles.map(({ name, lastAt, bytes }) => [
      name,
      new Date(lastAt).toISOString().replace(/\.\d+Z$/, 'Z'),
      String(bytes),
    ]),
  );
}

/** In front of a line, where there are several consoles. */
export function prefix(name: UnikernelName | undefined): string {
  return name === undefined ? '' : `${name} `;
}

type PrintedLine = Extract<ConsoleEntry['entry'], { readonly kind: 'line' }>;

const cut = ({ truncated }: PrintedLine): string => (truncated ? ' [truncated]' : '');

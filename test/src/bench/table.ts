import { amount, digits } from './amount.ts';
import type { BenchResult } from './result.ts';
import { ratioOf } from './row.ts';
import { boundText, judgeRow, type Target } from './target.ts';

type BenchRow = BenchResult['rows'][number];

/** Above, what was stolen shows in the figures. */
export const STOLEN_MAX = 0.02;
const HEADINGS = ['median', 'p99', 'bare limit', 'ratio'] as const;
/** Two blanks, that columns do not run into each other. */
const GAP = 2;
/** What a row is about goes on below, that figures are beside each other in a terminal. */
const WORDS_WIDTH = 64;

/** What was measured, for a terminal: groups, in each the rows, ours and below it the original's. */
export function table(result: BenchResult, targets: readonly Target[]): string {
  const groups = groupsOf(result);
  const lines = groups.flatMap(([name, rows, absent]) => [
    { cells: [name, ...HEADINGS], rest: 'target' },
    ...rows.flatMap((row) => rowLines(row, targets)),
    ...absent.flatMap(({ what, why, who }) => wordLines(who, `${what}: absent, ${why}`)),
    { cells: [''], rest: '' },
  ]);
  return [...aligned(lines), ...head(result)].join('\n');
}

/** What a reader must know of the run before its figures; none for a quiet one. */
export function warningsOf({ isQuick, machine }: BenchResult): readonly string[] {
  const stolen = `${percent(machine.stolen)} of the machine's time was given to others`;
  return [
    ...(isQuick ? ['--quick: it works, and the figures mean nothing'] : []),
    ...(machine.stolen > STOLEN_MAX ? [`${stolen}: the figures are worse than they would be`] : []),
  ];
}

/** Rows and absent ones by what stands before the slash, in the order they came; ours before the original's. */
export function groupsOf({
  rows,
  absent,
}: BenchResult): readonly (readonly [
  name: string,
  rows: readonly BenchRow[],
  absent: BenchResult['absent'],
])[] {
  const nameOf = ({ key }: { readonly key: string }): string => key.split('/')[0] ?? key;
  const names = new Set([...rows, ...absent].map(nameOf));
  return [...names].map((name) => {
    const own = rows.filter((row) => nameOf(row) === name);
    const keys = [...new Set(own.map(({ key }) => key))];
    const together = keys.flatMap((key) =>
      own.filter((row) => row.key === key).toSorted((a, b) => order(a) - order(b)),
    );
    return [name, together, absent.filter((one) => nameOf(one) === name)] as const;
  });
}

/** Of a share from 0 to 1. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

const order = ({ who }: BenchRow): number => (who === 'ours' ? 0 : 1);
const INDENT = { ours: '  ', original: '    ' } as const;
const NAMES = { ours: '', original: 'the original: ' } as const;

interface Line {
  /** Of one only, it is as wide as it likes. */
  readonly cells: readonly string[];
  readonly rest: string;
}

function rowLines(row: BenchRow, targets: readonly Target[]): readonly Line[] {
  const { what, unit, figure, limit, who } = row;
  const ratio = ratioOf(row);
  const words = wordLines(who, what);
  const cells = [
    words.at(-1)?.cells[0] ?? '',
    amount(figure.median, unit),
    figure.p99 === null ? '' : amount(figure.p99, unit),
    limit === null ? '' : amount(limit.figure.median, unit),
    ratio === null ? '' : digits(ratio),
  ];
  const own = who === 'ours' ? targets.filter(({ key }) => key === row.key) : [];
  const limits = limit === null ? [] : [{ cells: [`      limit: ${limit.what}`], rest: '' }];
  const rest = own.map((target) => verdictText(target, row)).join('; ');
  return [...words.slice(0, -1), { cells, rest }, ...limits];
}

/** The first begins further left than those that go on. */
function wordLines(who: BenchRow['who'], text: string): readonly Line[] {
  const lines: string[] = [];
  for (const word of `${NAMES[who]}${text}`.split(' ')) {
    const last = lines.at(-1);
    const isFull = last === undefined || last.length + 1 + word.length > WORDS_WIDTH;
    if (isFull) lines.push(`${INDENT[who]}${last === undefined ? '' : '  '}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => ({ cells: [line], rest: '' }));
}

function verdictText(target: Target, row: BenchRow): string {
  const verdict = judgeRow(target, row);
  const bound = boundText(target.bound, row.unit);
  switch (verdict.kind) {
    case 'met':
      return `met: ${bound}`;
    case 'missed':
      return `MISSED: ${bound}, is ${verdict.actual}`;
    case 'unknown':
      return `unknown: ${bound}, but ${verdict.why}`;
  }
}

function aligned(lines: readonly Line[]): readonly string[] {
  const full = lines.filter(({ cells }) => cells.length > 1);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(0, ...full.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  return lines.map(({ cells, rest }) => {
    const [first = '', ...others] = cells;
    if (others.length === 0) return first;
    const columns = others.map((cell, index) => cell.padStart((widths[index + 1] ?? 0) + GAP));
    return `${first.padEnd(widths[0] ?? 0)}${columns.join('')}${' '.repeat(GAP)}${rest}`.trimEnd();
  });
}

/** Below the table, where a terminal ends. */
function head(result: BenchResult): readonly string[] {
  const { machine, versions, command, startedAt, durationSeconds } = result;
  const stolen = `${percent(machine.stolen)} stolen`;
  return [
    `${machine.cpus} × ${machine.cpuModel}, ${machine.memoryMib} MiB, ${machine.system}, Linux ${machine.kernel}, ${stolen}`,
    Object.entries(versions)
      .map(([program, version]) => `${program}: ${version}`)
      .join('; '),
    `${command}, ${startedAt}, ${Math.round(durationSeconds)} s`,
    ...warningsOf(result).map((text) => `WARNING: ${text}`),
  ];
}

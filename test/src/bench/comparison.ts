import { digits } from './amount.ts';
import type { BenchResult } from './result.ts';
import { isMoreBetter, ratioOf } from './row.ts';
import { STOLEN_MAX } from './table.ts';

/** What became of one row since the baseline, in words; a failure is one that somebody must look at. */
export interface Finding {
  readonly kind: 'failure' | 'note';
  readonly text: string;
}

/** So many times as bad is a failure: less is what the same programs do from run to run. */
const TIMES_AS_BAD = 2;

type BenchRow = BenchResult['rows'][number];

/**
 * What is worse than it was: ratios to limits measured in the same run, because times of another hour or
 * another machine say nothing; and memory. `only`: the groups that were asked for, null for all. Throws `RangeError`
 * for figures that were made in a hurry.
 */
export function compare(
  baseline: BenchResult,
  now: BenchResult,
  only: readonly string[] | null,
): readonly Finding[] {
  if (baseline.isQuick || now.isQuick)
    throw new RangeError('figures of --quick mean nothing, and cannot be compared');
  const asked = baseline.rows.filter(({ key }) => only === null || only.includes(groupOf(key)));
  // Nobody has the original at hand every time.
  const hasOriginal = now.rows.some(({ who }) => who === 'original');
  const rows = asked.filter(({ who }) => who === 'ours' || hasOriginal);
  const newcomers = now.rows.filter((row) => find(baseline, row) === undefined);
  return [
    ...rows.flatMap((before) => compareRow(before, now)),
    ...newcomers.map((row) => note(`${title(row)} is new`)),
    ...(rows.length < asked.length
      ? [note('the original was not measured, and is not compared')]
      : []),
    ...machineNotes(baseline, now),
  ];
}

function compareRow(before: BenchRow, now: BenchResult): readonly Finding[] {
  const row = find(now, before);
  if (row === undefined) {
    const why = now.absent.find(({ key, who }) => key === before.key && who === before.who)?.why;
    return [
      failure(
        `${title(before)} is in the baseline, and was not measured: ${why ?? 'nobody says why'}`,
      ),
    ];
  }
  const [was, is] = [ratioOf(before), ratioOf(row)];
  if (was === null || is === null) return compareAlone(before, row);
  const times = timesAsBad(row, was, is);
  if (times === null)
    return [note(`${title(row)} is nothing against its limit, and is not compared`)];
  const text = `${title(row)} is ${digits(times)} times as bad: ${digits(is)} × its limit, and was ${digits(was)} ×`;
  return times >= TIMES_AS_BAD ? [failure(text)] : [];
}

/** Memory does not depend on how fast a machine is: its figures are compared where there is no limit. */
function compareAlone({ figure: { median: was } }: BenchRow, row: BenchRow): readonly Finding[] {
  const { unit, figure } = row;
  if ((unit !== 'MiB' && unit !== 'KiB') || was <= 0)
    return [note(`${title(row)} has no limit, and is not compared`)];
  const text = `${title(row)} is ${digits(figure.median / was)} times as much: ${digits(figure.median)} ${unit}, and was ${digits(was)}`;
  return figure.median >= was * TIMES_AS_BAD ? [failure(text)] : [];
}

/** Null for ratios of which one is nothing at all. */
function timesAsBad({ unit }: BenchRow, was: number, is: number): number | null {
  if (isMoreBetter(unit)) return was === 0 ? null : was / is;
  return was === 0 ? null : is / was;
}

function find({ rows }: BenchResult, { key, who }: BenchRow): BenchRow | undefined {
  return rows.find((row) => row.key === key && row.who === who);
}

function machineNotes(
  { machine: was }: BenchResult,
  { machine: is }: BenchResult,
): readonly Finding[] {
  const isSame = was.cpuModel === is.cpuModel && was.cpus === is.cpus;
  return [
    ...(isSame ? [] : [note(`the baseline is of another machine: ${was.cpus} × ${was.cpuModel}`)]),
    ...([was, is].some(({ stolen }) => stolen > STOLEN_MAX)
      ? [
          note(
            'others had a part of the machine in one of the two runs, which moves ratios as well',
          ),
        ]
      : []),
  ];
}

function groupOf(key: string): string {
  return key.split('/')[0] ?? key;
}

function title({ key, who }: BenchRow): string {
  return who === 'ours' ? key : `${key} of the original`;
}

const failure = (text: string): Finding => ({ kind: 'failure', text });
const note = (text: string): Finding => ({ kind: 'note', text });

import { amount, digits } from '../../bench/amount.ts';
import type { BenchResult } from '../../bench/result.ts';
import { ratioOf } from '../../bench/row.ts';
import { groupsOf, percent, warningsOf } from '../../bench/table.ts';
import type { Target } from '../../bench/target.ts';
import { drawPlot, plotsOf, type Plot } from './plot.ts';
import { reachSection, type Reasons } from './reach-section.ts';

type BenchRow = BenchResult['rows'][number];

export interface PerformanceDocument {
  /** `docs/performance.md`. */
  readonly page: string;
  /** By their names in `docs/performance`. */
  readonly plots: ReadonlyMap<string, string>;
}

/**
 * Throws an Error for figures that mean nothing, and for a target that is missed without a reason.
 */
export function renderPerformance(
  result: BenchResult,
  targets: readonly Target[],
  reasons: Reasons,
): PerformanceDocument {
  if (result.isQuick) throw new Error('figures of --quick mean nothing, and are no page');
  if (result.command.includes('--only')) throw new Error('figures of some groups are no page');
  const plots = plotsOf(result);
  const page = [
    introduction(result),
    machineSection(result),
    reachSection(result, targets, reasons),
    '## Figures',
    FIGURES,
    ...groupsOf(result).map(([name, rows, absent]) => groupSection(name, rows, absent)),
    ...(plots.length === 0 ? [] : [plotSection(plots)]),
    ORIGINAL,
  ];
  return {
    page: `${page.join('\n\n')}\n`,
    plots: new Map(plots.map((plot) => [plot.file, drawPlot(plot)])),
  };
}

function introduction(result: BenchResult): string {
  const warnings = warningsOf(result).map((text) => `\n\n**${capitalised(text)}.**`);
  return `# Performance

<!-- Made from test/src/bench/baseline.json by "npm run docs:performance"; a test compares. Do not edit. -->

What one run of \`npm run bench\` measured, on the programs as they are installed. Each figure stands beside its
limit: what nobody could be better than, measured in the same run.${warnings.join('')}`;
}

function machineSection({
  machine,
  versions,
  startedAt,
  durationSeconds,
  command,
}: BenchResult): string {
  const rows = [
    ['processors', `${machine.cpus} × ${machine.cpuModel}`],
    ['memory', `${machine.memoryMib} MiB`],
    ['system', `${machine.system}, Linux ${machine.kernel}`],
    ...Object.entries(versions).map(([program, version]) => [program, version]),
    ['date', startedAt.slice(0, 10)],
    ['command', `\`${command}\``],
    ['it took', `${Math.round(durationSeconds)} s, of which others had ${percent(machine.stolen)}`],
  ];
  return `## The machine\n\n| | |\n|---|---|\n${tableLines(rows)}`;
}

const FIGURES = `The median of all runs, and what 99 of 100 did not exceed, where there were enough. *Limit* is the
median of what it says, *ratio* the median by it. Of rates more is better, of everything else less.`;

function groupSection(
  name: string,
  rows: readonly BenchRow[],
  absent: BenchResult['absent'],
): string {
  const head = '| | median | p99 | limit | ratio | runs |\n|---|--:|--:|--:|--:|--:|';
  const lines = rows.map(({ what, unit, figure, limit, who }, index) => [
    who === 'ours' ? what : `the original: ${what}`,
    amount(figure.median, unit),
    figure.p99 === null ? '' : amount(figure.p99, unit),
    limit === null ? '' : `${amount(limit.figure.median, unit)} (${limit.what})`,
    ratioText(rows[index]),
    figure.runs.toLocaleString('en'),
  ]);
  const missing = absent.map(({ what, why, who }) => {
    const whose = who === 'ours' ? '' : 'the original, ';
    return `- Not measured: ${whose}${what}: ${why}.`;
  });
  return [
    `### ${name}`,
    `\`npm run bench -- --only ${name}\``,
    ...(lines.length === 0 ? [] : [`${head}\n${tableLines(lines)}`]),
    ...(missing.length === 0 ? [] : [missing.join('\n')]),
  ].join('\n\n');
}

function ratioText(row: BenchRow | undefined): string {
  const ratio = row === undefined ? null : ratioOf(row);
  return ratio === null ? '' : digits(ratio);
}

function plotSection(plots: readonly Plot[]): string {
  const images = plots.map(({ file, title }) => `![${title}](performance/${file})`);
  const command = '`npm run bench -- --only growth,sweeps`';
  return `## Cost by number of unikernels\n\n${command}\n\n${images.join('\n\n')}`;
}

const ORIGINAL = `## The original beside it

\`npm run bench -- --peer DIR\` measures the original's programs as well, where DIR has them, in turn with ours: every
group but growth. They could not be built where this was written: it was tried against stand-ins only, which speak its
protocol under its names. What DIR lacks, and what ours have and the original has not, is told as not measured.`;

function tableLines(rows: readonly (readonly string[])[]): string {
  // A bar would be a cell of its own.
  return rows
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { FailedTest, FileOutcome, SkippedTest } from './file-tally.ts';

/** The closing lines stand alone where only the end of a long output is kept: so much of what failed is there. */
const CLOSING_FAILURES_MAX = 10;
const CLOSING_LINES_MAX = 30;

/** One line for a file, and all there is to know about its failures below it. */
export function describeFile(outcome: FileOutcome): string {
  const { file, passed, failures, skipped, durationMs } = outcome;
  const counts = [
    `${passed} passed`,
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  const mark = failures.length > 0 ? '✖' : '✔';
  const line = `${mark} ${file}  ${counts.join(', ')}  ${Math.round(durationMs)} ms`;
  if (failures.length === 0) return line;
  return [
    line,
    ...failures.map(describeFailure),
    ...(outcome.output.trim() === ''
      ? []
      : [indent('what it wrote:', 4), indent(outcome.output.trimEnd(), 8)]),
  ].join('\n');
}

/** The closing lines: what failed, what did not run and why, then the counts, alone on the last line. */
export function describeRun(outcomes: readonly FileOutcome[]): string {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  return [
    ...outcomes.filter((outcome) => outcome.failures.length > 0).map(describeFailedFile),
    ...describeSkipped(skipped),
    `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  ].join('\n');
}

function describeFailedFile({ file, failures }: FileOutcome): string {
  const shown = failures.slice(0, CLOSING_FAILURES_MAX).map(({ title, why }) => {
    const lines = why.split('\n');
    const more =
      lines.length > CLOSING_LINES_MAX ? ['… (all of it stands with its file, above)'] : [];
    return describeFailure({
      title,
      why: [...lines.slice(0, CLOSING_LINES_MAX), ...more].join('\n'),
    });
  });
  return [`failed: ${file}`, ...shown].join('\n');
}

function describeFailure({ title, why }: FailedTest): string {
  return `${indent(`✖ ${title}`, 4)}\n${indent(why, 8)}`;
}

function describeSkipped(skipped: readonly SkippedTest[]): readonly string[] {
  const byReason = new Map<string, SkippedTest[]>();
  for (const test of skipped)
    byReason.set(test.reason, [...(byReason.get(test.reason) ?? []), test]);
  return [...byReason].map(([reason, [first, ...others]]) => {
    const which = others.length === 0 ? first?.title : `${others.length + 1} tests`;
    return `did not run: ${which}: ${reason}`;
  });
}

function indent(text: string, width: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(width));
}

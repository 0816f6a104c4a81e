import { aligned } from '../table.ts';
import type { Finding, Level } from './finding.ts';

/** A line for each, and below what is not well what to type; last, how many of each there are. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const rows = aligned(findings.map(({ level, check, text }) => [level, check, text]));
  const lines = findings.flatMap((finding, index) => {
    const row = rows[index] ?? '';
    return finding.level === 'ok' ? [row] : [row, `      mend it: ${finding.mend}`];
  });
  const counts = LEVELS.map(
    (level) => `${findings.filter((one) => one.level === level).length} ${level}`,
  );
  return [...lines, counts.join(', ')];
}

const LEVELS: readonly Level[] = ['ok', 'warn', 'fail'];

/** As `--json` prints it: the same four fields for each. */
export function findingToJson(finding: Finding): object {
  const { level, check, text } = finding;
  return { level, check, text, mend: finding.level === 'ok' ? null : finding.mend };
}

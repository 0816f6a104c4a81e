import type { BenchResult } from '../../bench/result.ts';
import { boundText, judge, type Target, type Verdict } from '../../bench/target.ts';

/** Why a target is missed, by the key of its row. */
export type Reasons = Readonly<Record<string, string>>;

/** What was set out to be reached, and what came of it. Throws an Error for one missed without a reason. */
export function reachSection(
  result: BenchResult,
  targets: readonly Target[],
  reasons: Reasons,
): string {
  const judged = targets.map((target) => ({ target, verdict: judge(target, result) }));
  const missed = judged.filter(({ verdict }) => verdict.kind === 'missed');
  checkReasons(
    missed.map(({ target }) => target),
    reasons,
  );
  const met = judged.filter(({ verdict }) => verdict.kind === 'met').length;
  const rows = judged.map(({ target, verdict }) => {
    const unit = result.rows.find(({ key }) => key === target.key)?.unit;
    const wanted = unit === undefined ? '' : boundText(target.bound, unit);
    return `| ${target.what} | ${wanted} | ${verdictText(verdict)} |`;
  });
  const whys = missed.map(({ target, verdict }) => {
    const by = verdict.kind === 'missed' ? `, ${verdict.by}` : '';
    return `- **${target.what}**${by}: ${reasons[target.key] ?? ''}`;
  });
  return [
    '## Targets',
    `${met} of ${targets.length} are met.`,
    `| | wanted | reached |\n|---|---|---|\n${rows.join('\n')}`,
    ...(whys.length === 0 ? [] : ['Missed, and why:', whys.join('\n')]),
  ].join('\n\n');
}

function checkReasons(missed: readonly Target[], reasons: Reasons): void {
  const without = missed.filter(({ key }) => reasons[key] === undefined).map(({ key }) => key);
  if (without.length === 0) return;
  const keys = [...new Set(without)].join(', ');
  throw new Error(`missed, and test/src/bench/reasons.ts does not say why: ${keys}`);
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'met':
      return `${verdict.actual}, met`;
    case 'missed':
      return `**${verdict.actual}, missed**: ${verdict.by}`;
    case 'unknown':
      return `not measured: ${verdict.why}`;
  }
}

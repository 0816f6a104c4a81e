/** Writes `docs/performance.md` and its plots anew, of a result of the benchmark; `npm run docs:performance [FILE]`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { readResult } from '../bench/read-result.ts';
import { REASONS } from '../bench/reasons.ts';
import { TARGETS } from '../bench/targets.ts';
import { BASELINE } from './performance/baseline-file.ts';
import { renderPerformance } from './performance/performance-document.ts';
import { documentPath } from './read-document.ts';

try {
  await generate(argv[2] ?? BASELINE);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function generate(file: string): Promise<void> {
  const { page, plots } = renderPerformance(await readResult(file), TARGETS, REASONS);
  const folder = documentPath('performance');
  mkdirSync(folder, { recursive: true });
  // A plot of what is not measured any more would stay for ever.
  for (const old of readdirSync(folder)) if (!plots.has(old)) rmSync(join(folder, old));
  for (const [name, svg] of plots) writeFileSync(join(folder, name), svg);
  writeFileSync(documentPath('performance.md'), page);
}

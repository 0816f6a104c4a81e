/**
 * Runs tests: `node --import tsx test/src/run.ts [pathspec…]` from the root of the repository; without a
 * pathspec all of them. Ends with 1 when a test failed, when a file's process crashed or registered no
 * test, and when there was nothing to run: a green run that ran nothing would be a lie.
 */
import { env } from 'node:process';
import type { FileOutcome } from './runner/file-tally.ts';
import { listTestFiles } from './runner/list-test-files.ts';
import { buildPrograms } from './runner/programs.ts';
import { describeFile, describeRun } from './runner/report.ts';
import { runTestFile } from './runner/run-test-file.ts';
import { prepareTranspiled } from './runner/transpiled/prepare.ts';

const pathspecs = process.argv.slice(2);
const files = listTestFiles(pathspecs);
const outcomes: FileOutcome[] = [];

if (files.length === 0) print(`no test files: ${pathspecs.join(' ') || '*.test.ts'}`);
const programs = files.some((file) => /^(?:test|client)\//.test(file))
  ? await buildPrograms()
  : null;
// With it every Node reads certificates before anything else, for twice the time of its start; tests ask nobody outside.
delete env['NODE_EXTRA_CA_CERTS'];
// Node 20's `run()` gives its files the options of this process, and takes no others.
process.execArgv.splice(0, Infinity, '--import', await prepareTranspiled());
// Whole systems wait for each other more than they compute, and what is tested alone computes: two of those and one
// of these at a time, on two cores. More would make tests that wait for processes wait too long.
const systems = files.filter((file) => file.startsWith('test/'));
const others = files.filter((file) => !file.startsWith('test/'));
await Promise.all([
  runWaiting(systems, others),
  runWaiting(systems, others),
  runWaiting(others, systems),
]);
await programs?.[Symbol.asyncDispose]();
print(`\n${describeRun(outcomes)}`);

const isGood = outcomes.every(({ failures }) => failures.length === 0);
const hasRun = outcomes.some(({ passed }) => passed > 0);
// Not by having nothing left to do: what a hung file left behind would keep us for ever.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(isGood && hasRun ? 0 : 1);

/** Those of `first`, and when there are none left, those of `later`. */
async function runWaiting(first: string[], later: string[]): Promise<void> {
  const next = (): string | undefined => first.shift() ?? later.shift();
  for (let file = next(); file !== undefined; file = next()) {
    const outcome = await runTestFile(file);
    outcomes.push(outcome);
    print(describeFile(outcome));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

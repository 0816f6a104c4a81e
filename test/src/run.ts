/**
 * Runs tests: `node --import tsx test/src/run.ts [pathspec…]` from the root of the repository; without a
 * pathspec all of them. Ends with 1 when a test failed, when a file's process crashed or registered no
 * test, and when there was nothing to run: a green run that ran nothing would be a lie.
 */
import type { FileOutcome } from './runner/file-tally.ts';
import { listTestFiles } from './runner/list-test-files.ts';
import { buildPrograms } from './runner/programs.ts';
import { describeFile, describeRun } from './runner/report.ts';
import { runTestFile } from './runner/run-test-file.ts';

/** More would make tests that wait for processes wait for each other. */
const FILES_AT_ONCE = 2;

const pathspecs = process.argv.slice(2);
const files = listTestFiles(pathspecs);
const outcomes: FileOutcome[] = [];

if (files.length === 0) print(`no test files: ${pathspecs.join(' ') || '*.test.ts'}`);
const programs = files.some((file) => /^(?:test|client)\//.test(file))
  ? await buildPrograms()
  : null;
const waiting = [...files];
await Promise.all(Array.from({ length: FILES_AT_ONCE }, runWaiting));
await programs?.[Symbol.asyncDispose]();
print(`\n${describeRun(outcomes)}`);

const isGood = outcomes.every(({ failures }) => failures.length === 0);
const hasRun = outcomes.some(({ passed }) => passed > 0);
// Not by having nothing left to do: what a hung file left behind would keep us for ever.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(isGood && hasRun ? 0 : 1);

async function runWaiting(): Promise<void> {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const outcome = await runTestFile(file);
    outcomes.push(outcome);
    print(describeFile(outcome));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

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

/** Tests of parts wait now and then; more whole systems at a time would make them wait for each other. */
const PARTS_AT_ONCE = 3;
const SYSTEMS_AT_ONCE = 2;
const SYSTEMS = /^test\/src\/(?:end-to-end|interoperability|chaos|flood)\//;

const pathspecs = process.argv.slice(2);
const files = listTestFiles(pathspecs);
const outcomes: FileOutcome[] = [];

if (files.length === 0) print(`no test files: ${pathspecs.join(' ') || '*.test.ts'}`);
const programs = files.some((file) => /^(?:test|client)\//.test(file))
  ? await buildPrograms()
  : null;
await runAll(
  files.filter((file) => !SYSTEMS.test(file)),
  PARTS_AT_ONCE,
);
await runAll(
  files.filter((file) => SYSTEMS.test(file)),
  SYSTEMS_AT_ONCE,
);
await programs?.[Symbol.asyncDispose]();
print(`\n${describeRun(outcomes)}`);

const isGood = outcomes.every(({ failures }) => failures.length === 0);
const hasRun = outcomes.some(({ passed }) => passed > 0);
// Not by having nothing left to do: what a hung file left behind would keep us for ever.
await new Promise((resolve) => process.stdout.write('', resolve));
process.exit(isGood && hasRun ? 0 : 1);

async function runAll(files: readonly string[], atOnce: number): Promise<void> {
  const waiting = [...files];
  const runWaiting = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const outcome = await runTestFile(file);
      outcomes.push(outcome);
      print(describeFile(outcome));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runWaiting));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { resolve } from 'node:path';
import { FileTally, type FileOutcome } from './file-tally.ts';

/**
 * Node 20 knows no deadline for each test of another process, only for the process: so this is what all
 * the tests of one file may take together. The tests that were under way are named when it passes.
 */
const FILE_DEADLINE_MS = 180_000;

/**
 * Runs one file in a process of its own. That process gets this one's `--import` options. Each file is a
 * `run()` of its own, because events name the file that registered a test, which may be a file it imports.
 */
export async function runTestFile(file: string): Promise<FileOutcome> {
  const startedAt = performance.now();
  const tally = new FileTally(file);
  const events: AsyncIterable<TestEvent> = run({
    files: [resolve(file)],
    timeout: FILE_DEADLINE_MS,
  });
  for await (const event of events) tally.add(event);
  return tally.outcome(performance.now() - startedAt);
}

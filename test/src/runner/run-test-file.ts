import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileTally, type FileOutcome } from './file-tally.ts';

/**
 * Node 20 knows no deadline for each test of another process, only for the process: so this is what all
 * the tests of one file may take together. The tests that were under way are named when it passes.
 */
const FILE_DEADLINE_MS = 180_000;
/** A file's process is killed then, but something it started may still hold its output open. */
const HUNG_AFTER_MS = FILE_DEADLINE_MS + 10_000;

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
  const expiry = new AbortController();
  const isHung = await Promise.race([
    tallyAll(events, tally).then(() => false),
    sleep(HUNG_AFTER_MS, true, { signal: expiry.signal, ref: false }).catch(() => true),
  ]);
  expiry.abort();
  const outcome = tally.outcome(performance.now() - startedAt);
  if (!isHung) return outcome;
  const why = 'ended, but a process it started lives on and holds its output open';
  return { ...outcome, failures: [...outcome.failures, { title: file, why }] };
}

async function tallyAll(events: AsyncIterable<TestEvent>, tally: FileTally): Promise<void> {
  for await (const event of events) tally.add(event);
}

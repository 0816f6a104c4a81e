/**
 * Asks for console histories, one question after the other, until it is told to stop; then tells how long the
 * longest took. A process of its own: who counts the lines has no time to look at the clock.
 */
import { Failure } from '@albatross/shared/contracts/failures';
import { consoleHistory } from '@albatross/shared/contracts/console';
import { foldersOf } from '@albatross/shared/runtime/folders';
import { argv } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Administrator } from '../harness/administrator.ts';
import type { Answers } from './questions.ts';

const PAUSE_MS = 50;
const COUNT = 20;

const [, , dir, ...names] = argv;
const stop = new AbortController();
process.on('message', () => stop.abort()).on('disconnect', () => stop.abort());
const answers = await ask();
if (process.connected) process.send?.(answers, () => process.disconnect());

async function ask(): Promise<Answers> {
  await using administrator = await Administrator.connect(foldersOf(dir));
  const failures: string[] = [];
  let [asked, longestMs] = [0, 0];
  while (!stop.signal.aborted) {
    const name = names[asked % names.length] ?? '';
    const startedAt = performance.now();
    try {
      const from = { kind: 'count' as const, count: COUNT };
      await administrator.bus.request(consoleHistory, { name, from });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error.code);
    }
    asked += 1;
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    await sleep(PAUSE_MS);
  }
  return { asked, failures, longestMs };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteOutcome } from './byte-outcome.ts';
import { ISSUE_STEPS, REQUEST_STEPS, SENT_STEPS } from './byte-steps.ts';
import type { Outcome } from './cell.ts';
import { putRecordedFiles } from './recorded-files.ts';
import { tally, type Tried } from './tried.ts';
import { issueTitle, tryIssues } from './try-issues.ts';
import { requestTitle, tryRequests } from './try-requests.ts';
import { sentTitle, trySent } from './try-sent.ts';

export function expectedOfBytes(): Tried {
  return inColumn([
    ...REQUEST_STEPS.map((step) => byteOutcome(requestTitle(step), step)),
    ...SENT_STEPS.map((step) => byteOutcome(sentTitle(step), step)),
    ...ISSUE_STEPS.map((step) => byteOutcome(issueTitle(step), { likeness: 'the same bytes' })),
  ]);
}

/** What our client writes, sends and signs, beside what the original's did. */
export async function tryBytes(): Promise<Tried> {
  const folder = await mkdtemp(join(tmpdir(), 'albatross-bytes-'));
  try {
    await putRecordedFiles(folder);
    const requests = await tryRequests(folder);
    return inColumn([...requests, ...(await trySent(folder)), ...(await tryIssues())]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function inColumn(outcomes: readonly Outcome[]): Tried {
  const steps = [...REQUEST_STEPS, ...SENT_STEPS, ...ISSUE_STEPS];
  return tally(steps, (_, index) => outcomes[index]);
}

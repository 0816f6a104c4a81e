import assert from 'node:assert/strict';
import { env } from 'node:process';
import { test, type TestContext } from 'node:test';
import { readDocument } from '../documents/read-document.ts';
import { cellText } from './cell.ts';
import type { TriedColumns } from './columns.ts';
import { expectedColumns } from './expected.ts';
import { Ground, whyNot } from './ground.ts';
import { renderInteroperability } from './interoperability-document.ts';
import type { Tried } from './tried.ts';
import { tryBytes } from './try-bytes.ts';
import { tryCertificates } from './try-certificates.ts';
import { tryOurClient } from './try-our-client.ts';
import { trySockets } from './try-sockets.ts';

const DEADLINE = { timeout: 150_000 };
/** The original's was told the same when it was recorded. */
const STATS_INTERVAL_S = '1';

test('docs/interoperability.md is what is expected; otherwise run "npm run docs"', () => {
  assert.equal(readDocument('interoperability.md'), renderInteroperability(expectedColumns()));
});

test(
  'each subcommand does with the original what docs/interoperability.md says',
  DEADLINE,
  async (t) => {
    const why = await whyNot();
    if (why !== null) return t.skip(why);
    const tried = await tryAll(t);
    const expected = expectedColumns();
    for (const column of ['ours', 'certificates', 'sockets', 'bytes'] as const)
      await t.test(column, () => assertAsExpected(tried[column], expected[column]));
    assert.equal(readDocument('interoperability.md'), renderInteroperability(tried));
  },
);

/** Two systems at a time: what was asked of one would be seen at the other's sockets. */
async function tryAll(t: TestContext): Promise<TriedColumns> {
  env['ALBATROSS_STATS_INTERVAL_S'] = STATS_INTERVAL_S;
  const [overTls, locally] = await Promise.all([tryOverTls(t), tryLocally(t)]);
  return { ...overTls, ...locally };
}

async function tryOverTls(t: TestContext): Promise<Pick<TriedColumns, 'certificates' | 'ours'>> {
  await using ground = await Ground.prepare(t);
  const certificates = await tryCertificates(ground);
  return { certificates, ours: await tryOurClient(ground) };
}

async function tryLocally(t: TestContext): Promise<Pick<TriedColumns, 'sockets' | 'bytes'>> {
  const bytes = await tryBytes();
  await using ground = await Ground.prepare(t);
  return { bytes, sockets: await trySockets(ground) };
}

function assertAsExpected(tried: Tried, expected: Tried): void {
  const [ours, theirs] = [lines(tried), lines(expected)];
  const unlike = ours.filter((line, index) => line !== theirs[index]);
  assert.deepEqual(unlike, []);
  assert.equal(ours.length, theirs.length);
}

function lines(tried: Tried): readonly string[] {
  return [...tried].flatMap(([row, outcomes]) =>
    outcomes.map(({ title, manner, cell }) => `${row}, ${title}: ${manner}, ${cellText(cell)}`),
  );
}

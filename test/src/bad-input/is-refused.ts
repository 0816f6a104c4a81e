import type { FailureCode } from '@albatross/shared/contracts/failures';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { exitStatusOf } from '../../../client/src/exit-status.ts';
import { checkJsonFailure } from '../harness/json/check-json.ts';
import { Program } from '../harness/program.ts';

/** How the client is run. */
export interface Run {
  /** What executes it, up to its own words. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
}

export interface Refusal {
  readonly code: FailureCode;
  /** In the message. */
  readonly says: RegExp;
}

/**
 * Asserts that words are refused: by one line on stderr and the status that goes with the code, for people and for
 * programs, with nothing printed and nothing left in the folder.
 */
export async function isRefused(run: Run, words: readonly string[], refusal: Refusal) {
  await Promise.all([
    refuses(run, words, refusal, false),
    refuses(run, [...words, '--json'], refusal, true),
  ]);
}

async function refuses(
  { command, env, folder }: Run,
  words: readonly string[],
  { code, says }: Refusal,
  isJson: boolean,
): Promise<void> {
  const before = readdirSync(folder);
  const ended = await Program.run([...command, ...words], { env, cwd: folder });
  const { status, stdout, stderr } = ended;
  const line = `albatross ${words.join(' ')}`;
  assert.deepEqual([status, stdout], [exitStatusOf(code), ''], `${line}: ${stderr}`);
  assert.match(stderr, /^[^\n]+\n$/, `${line} says more, or less, than one line: ${stderr}`);
  if (isJson) assert.equal(checkJsonFailure(stderr).code, code, line);
  else assert.ok(stderr.endsWith(` [${code}]\n`), `${line}: ${stderr}`);
  assert.match(stderr, says, line);
  // A line of a stack.
  assert.doesNotMatch(stderr, /\bat \S+ \(|node:internal/, line);
  assert.deepEqual(readdirSync(folder), before, `${line} leaves something behind`);
}

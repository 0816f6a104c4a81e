import assert from 'node:assert/strict';
import { checkJson } from '../harness/json/check-json.ts';
import type { Typed } from './typed-shell.ts';

/** Asserts that a line ended well, and that what it printed for programs has the shape that is written down. */
export function checkSaid(
  line: string,
  { status, stdout, stderr }: Typed,
  statuses: readonly number[] = [0],
): void {
  assert.ok(statuses.includes(status), `${line} ended with ${status}:\n${stdout}${stderr}`);
  const [, command = ''] = /^albatross ([a-z-]+) .*--json\b/.exec(line) ?? [];
  if (command !== '') checkJson(command, stdout);
}

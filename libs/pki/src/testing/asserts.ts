import assert from 'node:assert/strict';
import { IssueError, type IssueErrorCode } from '../issue-error.ts';

/** Asserts that something is refused with a code, and one line. */
export async function assertRefused(
  attempt: Promise<unknown> | (() => unknown),
  code: IssueErrorCode,
  message: RegExp,
): Promise<void> {
  await assert.rejects(
    async () => await (typeof attempt === 'function' ? attempt() : attempt),
    (error) => {
      assert.ok(error instanceof IssueError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.match(error.message, /^\P{Cc}+$/u);
      return true;
    },
  );
}

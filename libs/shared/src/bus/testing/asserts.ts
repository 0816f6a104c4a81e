import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, type FailureCode } from '../../contracts/failures.ts';

/** The code a promise fails with; the test fails when it does not, or with something else than a `Failure`. */
export async function failureCode(promise: Promise<unknown>): Promise<FailureCode> {
  const error: unknown = await promise.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Failure, String(error));
  return error.code;
}

/** Waits for something that another process brings about; the test fails when it does not come. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) assert.fail(`within ${deadlineMs} ms it never was so that ${what}`);
    await sleep(5);
  }
}

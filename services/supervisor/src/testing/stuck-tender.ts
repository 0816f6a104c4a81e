import { failureCode } from '@albatross/shared/bus/testing/asserts';
import { syncBuiltinESMExports } from 'node:module';
import { mock } from 'node:test';
import type { FakeHost } from '../host/fake-host.ts';
import { STUCK_AFTER_MS } from '../unikernels/orphans.ts';

/** As long as somebody waits for a tender that listens to nothing; returns the code that is answered then. */
export async function untilGivenUp(host: FakeHost, work: () => Promise<unknown>): Promise<string> {
  host.deafTo = new Set(['SIGTERM', 'SIGKILL']);
  mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'], now: Date.now() });
  // Otherwise those that modules have imported stay the real ones.
  syncBuiltinESMExports();
  try {
    let isAnswered = false;
    const { length } = host.signals;
    const answer = failureCode(work()).finally(() => {
      isAnswered = true;
    });
    answer.catch(() => undefined);
    while (!isAnswered) {
      await new Promise(setImmediate);
      if (host.signals.length > length) mock.timers.tick(STUCK_AFTER_MS / 100);
    }
    return await answer;
  } finally {
    mock.timers.reset();
    syncBuiltinESMExports();
  }
}

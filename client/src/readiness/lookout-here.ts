import type { Bus } from '@albatross/shared/bus/bus';
import { eventFeed } from '@albatross/shared/contracts/event';
import { Failure } from '@albatross/shared/contracts/failures';
import { showUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { isWaitedOut } from './answers.ts';
import type { Lookout } from './lookout.ts';
import { GONE, seenOf } from './seen.ts';

/** Events say when to look; what no event told is seen that late. */
export const LOOK_HERE_MS = 1_000;

/** How a unikernel of this host stands: the supervisor is asked, whatever was told in between. */
export function lookoutHere(bus: Pick<Bus, 'request' | 'follow'>, name: UnikernelName): Lookout {
  return {
    look: async () => {
      try {
        return seenOf(await bus.request(showUnikernel, { name }));
      } catch (error) {
        if (error instanceof Failure && error.code === 'UNIKERNEL_NOT_FOUND') return GONE;
        throw error;
      }
    },
    isPassing: isWaitedOut,
    everyMs: LOOK_HERE_MS,
    onHint: (listener) => {
      const unfollow = bus.follow(eventFeed, name, { onMessage: listener, onDropped: listener });
      return { [Symbol.dispose]: unfollow };
    },
  };
}

import type { ConsoleBus } from '@albatross/shared/bus/console/stream';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Answers } from './answers.ts';

/** The same bus; of each request it is noted whether the console answered. */
export function heardBus(bus: ConsoleBus, answers: Answers): ConsoleBus {
  return {
    request: async (contract, body, options) => {
      try {
        const reply = await bus.request(contract, body, options);
        answers.came();
        return reply;
      } catch (error) {
        // That nothing was printed yet is an answer as well.
        if (error instanceof Failure && error.code === 'CONSOLE_NOT_FOUND') answers.came();
        else if (error instanceof Failure) answers.failed(error);
        throw error;
      }
    },
    follow: (feed, name, options) => bus.follow(feed, name, options),
    flush: async () => await bus.flush(),
    onReconnect: (listener) => bus.onReconnect(listener),
  };
}

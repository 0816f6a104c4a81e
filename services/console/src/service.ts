import { endpoint, type Endpoint } from '@albatross/shared/bus/serve';
import { consoleHistory, listConsoles } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import { setImmediate } from 'node:timers/promises';
import type { Consoles } from './consoles.ts';

/** Binds the contract to what carries it out. */
export function endpoints(consoles: Consoles): readonly Endpoint[] {
  // Between two pages all consoles have their turn, however many followers ask at once.
  let last = Promise.resolve();
  const turn = async (): Promise<void> => {
    last = last.then(async () => await setImmediate());
    await last;
  };
  return [
    endpoint(consoleHistory, async ({ name, from }) => {
      await turn();
      const page = consoles.read(name, from);
      if (page === null)
        throw new Failure('CONSOLE_NOT_FOUND', `nothing was printed by ${name}`, { name });
      return page;
    }),
    endpoint(listConsoles, ({ name, after }) => consoles.list(name, after)),
  ];
}

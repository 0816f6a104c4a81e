import { endpoint, type Endpoint } from '@albatross/shared/bus/serve';
import { consoleHistory } from '@albatross/shared/contracts/console';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Consoles } from './consoles.ts';

/** Binds the contract to what carries it out. */
export function endpoints(consoles: Consoles): readonly Endpoint[] {
  return [
    endpoint(consoleHistory, async ({ name, from }) => {
      const page = consoles.read(name, from);
      if (page === null)
        throw new Failure('CONSOLE_NOT_FOUND', `nothing was printed by ${name}`, { name });
      return page;
    }),
  ];
}

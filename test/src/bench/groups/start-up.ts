import type { Group } from '../group.ts';
import { measureEachService } from './start-up/each-service.ts';
import { Place } from './start-up/place.ts';
import { measureWholeSystem } from './start-up/whole-system.ts';

/** How long a system, and each of its services, takes until it serves. */
export const START_UP: Group = {
  name: 'start-up',
  what: 'the whole system, and each service by itself, from their bundles',
  async measure(ground) {
    await using place = await Place.make();
    await measureEachService(ground, place);
    await measureWholeSystem(ground, place);
  },
};

import type { Ground, Group } from '../group.ts';
import { measureFollowed } from './consoles/followed.ts';
import { measureFullRings } from './consoles/full-rings.ts';
import { Programs } from './consoles/programs.ts';
import { measureRecorded } from './consoles/recorded.ts';

/** console beside the bus, alone: tenders that print would take more than what is measured. */
export const CONSOLES: Group = {
  name: 'consoles',
  what: 'lines from fifos into histories, and over the bus to a follower',
  measure: async (ground: Ground): Promise<void> => {
    await using programs = await Programs.compile();
    await measureRecorded(ground, programs);
    for (const unikernels of [1, 200]) await measureFollowed(ground, programs, unikernels);
    await measureFullRings(ground, programs);
  },
};

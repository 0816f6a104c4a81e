import type { Group } from './group.ts';
import { MEMORY } from './groups/memory.ts';
import { GROWTH } from './groups/growth.ts';
import { REQUESTS } from './groups/requests.ts';
import { CLIENT } from './groups/client.ts';
import { CONSOLES } from './groups/consoles.ts';
import { CREATES } from './groups/creates.ts';
import { SESSIONS } from './groups/sessions.ts';
import { SWEEPS } from './groups/sweeps.ts';
import { RESTART_GAP } from './groups/restart-gap.ts';
import { START_UP } from './groups/start-up.ts';

/** In the order they are measured in: what leaves much behind on the machine comes last. */
export const GROUPS: readonly Group[] = [
  START_UP,
  CLIENT,
  CREATES,
  CONSOLES,
  SESSIONS,
  SWEEPS,
  REQUESTS,
  MEMORY,
  GROWTH,
  RESTART_GAP,
];

import { PEER_CLIENT } from './measure/client.ts';
import { PEER_CONSOLES } from './measure/consoles.ts';
import { PEER_CREATES_WITH_TAP } from './measure/creates-with-tap.ts';
import { PEER_CREATES } from './measure/creates.ts';
import { PEER_CREATE_EMBEDDED } from './measure/create-embedded.ts';
import { PEER_MEMORY } from './measure/memory.ts';
import { PEER_REQUESTS } from './measure/requests.ts';
import { PEER_RESTART_GAP } from './measure/restart-gap.ts';
import { PEER_SESSIONS } from './measure/sessions.ts';
import { PEER_START_UP } from './measure/start-up.ts';
import { PEER_SWEEPS } from './measure/sweeps.ts';
import type { PeerMeasurement } from './peer-measurement.ts';

export const PEER_MEASUREMENTS: readonly PeerMeasurement[] = [
  PEER_START_UP,
  PEER_CREATES,
  PEER_CREATES_WITH_TAP,
  PEER_CONSOLES,
  PEER_REQUESTS,
  PEER_SESSIONS,
  PEER_CREATE_EMBEDDED,
  PEER_SWEEPS,
  PEER_CLIENT,
  PEER_MEMORY,
  PEER_RESTART_GAP,
];

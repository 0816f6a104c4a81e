import { defineProcessFeed } from './feed.ts';
import * as field from './fields.ts';
import { GATEWAYS } from './identities.ts';
import * as z from './schema.ts';

/** Characters of what is told about one refusal. */
export const REFUSED_MESSAGE_LENGTH_MAX = 512;

/** Clients that a gateway turned away before they could ask for anything. */
const refusedSessions = z.object({
  process: z.enum(GATEWAYS),
  /** The newest of them. */
  at: field.time,
  /** Where they came from, without the port; `others` for those of too many places. */
  address: z.string(),
  /** For programs: a reason of libs/pki, or of the gateway. */
  reason: z.string(),
  /** For people: one line, of the newest. */
  message: z.string().check(z.maxLength(REFUSED_MESSAGE_LENGTH_MAX)),
  /** How many since this was told last. */
  times: z.int().check(z.positive()),
});

export const refusedFeed = defineProcessFeed({
  kind: 'refused',
  publishers: GATEWAYS,
  summary:
    'Clients that were turned away, those of one address and reason together, so that strangers cannot push out what else is told.',
  message: refusedSessions,
});

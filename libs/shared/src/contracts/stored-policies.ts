import type { PathName } from '../domain/name.ts';
import type { Policy } from '../domain/policy.ts';
import type { EventDraft } from './event.ts';
import * as field from './fields.ts';
import { policy } from './policy.ts';
import { outcome, type Outcome } from './stored-outcome.ts';
import { refuseNewer } from './stored-version.ts';
import * as z from './schema.ts';

/** A policy that somebody set; that of the root is the operator's. */
export interface StoredPolicy {
  readonly policy: Policy;
  /** Milliseconds since 1970. What is older leaves it in place. */
  readonly setAt: number;
}

export type StoredPolicies = ReadonlyMap<PathName, StoredPolicy>;

/** All that is remembered of policies, written as a whole: so a change of several is done or not done. */
export interface PolicyState {
  readonly policies: StoredPolicies;
  readonly outcomes: readonly Outcome[];
  /** Of the newest change. Whoever starts after a crash tells them, if that was not done. */
  readonly events: readonly EventDraft[];
}

const VERSION = 1;

/**
 * ```text
 * {"version":1,
 *  "policies":[{"path":"foo:","policy":{"unikernels":2,"memoryMib":64,"cpus":[0],"blockMib":null,"bridges":[]},"setAt":1700000000000}],
 *  "outcomes":[…],"events":[…]}
 * ```
 */
export function serializePolicies({ policies, outcomes, events }: PolicyState): string {
  const list = [...policies].map(([path, stored]) => ({ path, ...stored }));
  return `${JSON.stringify({ version: VERSION, policies: list, outcomes, events })}\n`;
}

/** Throws `NewerFormat`, and other errors. */
export function parsePolicies(text: string): PolicyState {
  const json: unknown = JSON.parse(text);
  refuseNewer(json, VERSION);
  const { policies, outcomes, events } = content.parse(json);
  const stored = new Map(policies.map(({ path, ...one }) => [path, one] as const));
  if (stored.size < policies.length) throw new Error('a path is there twice');
  // Only ever written here, from drafts.
  return { policies: stored, outcomes, events: events as unknown as readonly EventDraft[] };
}

const content = z.strictObject({
  version: z.literal(VERSION),
  policies: z.array(z.strictObject({ path: field.pathName, policy, setAt: field.time })),
  outcomes: z.array(outcome),
  events: z.array(z.record(z.string(), z.unknown())),
});

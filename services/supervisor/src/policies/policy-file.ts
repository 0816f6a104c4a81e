import { policy } from '@albatross/shared/contracts/policy';
import * as field from '@albatross/shared/contracts/fields';
import type { EventDraft } from '@albatross/shared/contracts/event';
import type { PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { StartError } from '@albatross/shared/runtime/run';
import { draftOf, writeFileAtomically } from '@albatross/shared/runtime/write-file';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { outcome, type Outcome } from '../unikernels/store.ts';

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

export const NO_POLICIES: PolicyState = { policies: new Map(), outcomes: [], events: [] };

const VERSION = 1;

const content = z.strictObject({
  version: z.literal(VERSION),
  policies: z.array(z.strictObject({ path: field.pathName, policy, setAt: field.time })),
  outcomes: z.array(outcome),
  events: z.array(z.record(z.string(), z.unknown())),
});

/** The file `policies` in the state folder. */
export class PolicyFile {
  readonly #path: string;

  constructor(stateFolder: string) {
    this.#path = join(stateFolder, 'policies');
  }

  /**
   * What stands there; nothing before the first change. Removes what a crash left.
   *
   * Throws `StartError` for a file that cannot be understood, and leaves it where it is: to go on without
   * it, now or at the next start, would lift every tenant's limits, and nobody would notice.
   */
  async read(): Promise<PolicyState> {
    await rm(draftOf(this.#path), { force: true });
    const text = await this.#text();
    return text === null ? NO_POLICIES : parse(text, this.#path);
  }

  async write(state: PolicyState): Promise<void> {
    await writeFileAtomically(this.#path, serialize(state));
  }

  /** Whether this is what stands there, as after a write that failed before it replaced anything. */
  async holds(state: PolicyState): Promise<boolean> {
    const text = await this.#text().catch(() => undefined);
    return text === null ? state === NO_POLICIES : text === serialize(state);
  }

  async #text(): Promise<string | null> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw new StartError(
        `${this.#path}, which holds the policies, cannot be read: ${String(error)}`,
      );
    }
  }
}

/**
 * ```text
 * {"version":1,
 *  "policies":[{"path":"foo:","policy":{"unikernels":2,"memoryMib":64,"cpus":[0],"blockMib":null,"bridges":[]},"setAt":1700000000000}],
 *  "outcomes":[…],"events":[…]}
 * ```
 */
function serialize({ policies, outcomes, events }: PolicyState): string {
  const list = [...policies].map(([path, stored]) => ({ path, ...stored }));
  return `${JSON.stringify({ version: VERSION, policies: list, outcomes, events })}\n`;
}

function parse(text: string, path: string): PolicyState {
  try {
    const json: unknown = JSON.parse(text);
    if (isNewer(json)) {
      throw new StartError(
        `${path} was written by a newer version of albatross; run that one, or put back the file from before`,
      );
    }
    const { policies, outcomes, events } = content.parse(json);
    const stored = new Map(policies.map(({ path, ...one }) => [path, one] as const));
    if (stored.size < policies.length) throw new Error('a path is there twice');
    // Only ever written here, from drafts.
    return { policies: stored, outcomes, events: events as unknown as readonly EventDraft[] };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `${path}, which holds the policies, is damaged: ${reason(error)}. ` +
        'Put back a good copy; or remove the file, which lifts every limit but that of the machine, and set the policies again. ' +
        'Unikernels that run are not touched meanwhile',
    );
  }
}

function isNewer(json: unknown): boolean {
  if (typeof json !== 'object' || json === null || !('version' in json)) return false;
  return typeof json.version === 'number' && json.version > VERSION;
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return issue === undefined
      ? 'unknown'
      : `${issue.path.map(String).join('.')}: ${issue.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { labelsOf, ROOT } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import {
  startupPriorityOf,
  type StateEntry,
  type WireConfig,
  type WirePolicy,
  type WireState,
} from '@albatross/wire';
import type { RunningSystem } from './running-system.ts';
import { differencesFrom, isSame } from './state-differences.ts';
import type { StateImage } from './state-image.ts';
import { missingFromMachine, unikernelNotes } from './state-notes.ts';
import {
  policyRequest,
  unikernelRequest,
  type PolicyRequest,
  type UnikernelRequest,
} from './state-request.ts';

/** What is to be done with a state file of the original's, in this order. */
export interface ImportPlan {
  /** Those of a path before those below it. */
  readonly policies: readonly PolicyStep[];
  /** In the order of their start. */
  readonly unikernels: readonly UnikernelStep[];
}

/** What is done with one of them. Nothing that runs already is changed. */
export type Action =
  | { readonly kind: 'import' }
  | { readonly kind: 'skip'; readonly why: string }
  | { readonly kind: 'refuse'; readonly failure: Failure };

export interface PolicyStep {
  /** As it stands in the file where it is no name of ours; null where not even that can be had. */
  readonly name: string | null;
  readonly action: Action;
  /** What to know before. */
  readonly notes: readonly string[];
  /** Null for what is not understood. */
  readonly request: PolicyRequest | null;
}

export interface UnikernelStep {
  readonly name: string | null;
  readonly action: Action;
  readonly notes: readonly string[];
  /** As in the file; null for what is not understood. */
  readonly written: WireConfig | null;
  /** Null where the image is of no use, or there is none. */
  readonly image: StateImage | null;
  readonly request: UnikernelRequest | null;
}

/** By what holds them; a failure for those that are of no use. */
export type StateImages = ReadonlyMap<WireConfig, StateImage | Failure>;

/** Without a running system, what could be done is planned, and nothing is said to be there already. */
export function planImport(
  state: WireState,
  images: StateImages,
  system: RunningSystem | null,
): ImportPlan {
  const policies = state.policies.map((entry) => policyStep(entry, system));
  const unikernels = state.unikernels.map((entry) => unikernelStep(entry, images, system));
  return {
    policies: policies.toSorted((a, b) => depthOf(a) - depthOf(b)),
    unikernels: unikernels.toSorted((a, b) => turnOf(a) - turnOf(b)),
  };
}

function depthOf({ request }: PolicyStep): number {
  return request === null ? 0 : labelsOf(request.name).length;
}

function turnOf({ written }: UnikernelStep): number {
  return written === null ? 0 : startupPriorityOf(written);
}

function policyStep(entry: StateEntry<WirePolicy>, system: RunningSystem | null): PolicyStep {
  if (entry.kind !== 'read') return { ...unreadable(entry), request: null };
  const { name, value } = entry;
  if (name === ROOT) {
    const why = "the machine's own, not imported";
    return { name, action: { kind: 'skip', why }, notes: [], request: null };
  }
  try {
    const request = policyRequest(name, value);
    const { cpus, bridges } = request.policy;
    const notes = missingFromMachine(cpus, bridges, system);
    return { name, action: policyAction(request, system), notes, request };
  } catch (error) {
    return { name, action: refusal(error), notes: [], request: null };
  }
}

function policyAction({ name, policy }: PolicyRequest, system: RunningSystem | null): Action {
  const present = system?.policies.get(name);
  if (present === undefined) return { kind: 'import' };
  if (isSame(inShape(present.policy), inShape(policy))) return { kind: 'skip', why: THERE };
  return refusal(
    new Failure('POLICY_CONFLICT', `${name} has another policy here; remove it first, or keep it`),
  );
}

/** The same members in the same order, and no others. */
function inShape({ unikernels, memoryMib, cpus, blockMib, bridges }: Policy): Policy {
  return { unikernels, memoryMib, cpus, blockMib, bridges };
}

function unikernelStep(
  entry: StateEntry<WireConfig>,
  images: StateImages,
  system: RunningSystem | null,
): UnikernelStep {
  const nothing = { written: null, image: null, request: null };
  if (entry.kind !== 'read') return { ...unreadable(entry), ...nothing };
  const { name, value: written } = entry;
  try {
    const request = unikernelRequest(name, written);
    const image = images.get(written);
    if (image === undefined) throw new TypeError(`the image of ${name} was not measured`);
    const notes = unikernelNotes(written, request, system);
    if (image instanceof Failure)
      return { name, action: refusal(image), notes, written, image: null, request };
    const present = system?.unikernels.get(request.config.name);
    const action = unikernelAction(request, image, present);
    return { name, action, notes, written, image, request };
  } catch (error) {
    const found = images.get(written);
    const image = found === undefined || found instanceof Failure ? null : found;
    return { name, action: refusal(error), notes: [], written, image, request: null };
  }
}

function unikernelAction(
  { config }: UnikernelRequest,
  { digest }: StateImage,
  present: UnikernelDetails | undefined,
): Action {
  if (present === undefined) return { kind: 'import' };
  const differences = differencesFrom(present, { ...config, digest });
  if (differences.length === 0) return { kind: 'skip', why: THERE };
  const message = `${config.name} is there with another ${differences.join(', ')}; destroy it first, or keep it`;
  return refusal(new Failure('UNIKERNEL_EXISTS', message));
}

const THERE = 'already there';

function unreadable(entry: { readonly name: string | null; readonly why: string }): {
  readonly name: string | null;
  readonly action: Action;
  readonly notes: readonly string[];
} {
  const failure = new Failure(
    'STATE_INVALID',
    `it has something that we cannot have: ${entry.why}`,
  );
  return { name: entry.name, action: refusal(failure), notes: [] };
}

/** Anything else than a `Failure` is a defect. */
function refusal(error: unknown): Action {
  if (error instanceof Failure) return { kind: 'refuse', failure: error };
  throw error;
}

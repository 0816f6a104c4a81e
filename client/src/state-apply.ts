import { Failure, type FailureCode } from '@albatross/shared/contracts/failures';
import type { StateImage } from './state-image.ts';
import type { Action, ImportPlan, PolicyStep, UnikernelStep } from './state-import.ts';
import type { PolicyRequest, UnikernelRequest } from './state-request.ts';

/** Who carries a plan out. Each throws a `Failure` when it is refused. */
export interface Importer {
  readonly addPolicy: (request: PolicyRequest) => Promise<void>;
  readonly create: (request: UnikernelRequest, image: StateImage) => Promise<void>;
}

/** What became of one step. */
export type Outcome = Exclude<Action, { readonly kind: 'import' }> | { readonly kind: 'imported' };

export type ImportResult =
  | { readonly kind: 'policy'; readonly step: PolicyStep; readonly outcome: Outcome }
  | { readonly kind: 'unikernel'; readonly step: UnikernelStep; readonly outcome: Outcome };

/**
 * Goes through all steps, one after the other: one that is refused does not stop the rest. Throws the
 * `Failure` when nobody is there any more to ask; what was done until then is not done again next time.
 */
export async function* carryOut(
  plan: ImportPlan,
  importer: Importer,
): AsyncGenerator<ImportResult, void> {
  for (const step of plan.policies) {
    const { action, request } = step;
    const outcome = await attempt(action, async () => {
      if (request !== null) await importer.addPolicy(request);
    });
    yield { kind: 'policy', step, outcome };
  }
  for (const step of plan.unikernels) {
    const { action, request, image } = step;
    const outcome = await attempt(action, async () => {
      if (request !== null && image !== null) await importer.create(request, image);
    });
    yield { kind: 'unikernel', step, outcome };
  }
}

async function attempt(action: Action, work: () => Promise<void>): Promise<Outcome> {
  if (action.kind !== 'import') return action;
  try {
    await work();
    return { kind: 'imported' };
  } catch (error) {
    if (!(error instanceof Failure) || NOBODY_THERE.has(error.code)) throw error;
    return { kind: 'refuse', failure: error };
  }
}

const NOBODY_THERE: ReadonlySet<FailureCode> = new Set(['BUS_UNREACHABLE', 'SERVICE_DOWN']);

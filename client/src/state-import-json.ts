import { configurationToJson } from './configuration-json.ts';
import type { Outcome } from './state-apply.ts';
import type { Action, ImportPlan, PolicyStep, UnikernelStep } from './state-import.ts';

/**
 * What programs get: everything but the arguments, which may be secrets. `outcomes` has what became of the
 * steps that were tried.
 */
export function planToJson(
  plan: ImportPlan,
  outcomes: ReadonlyMap<PolicyStep | UnikernelStep, Outcome>,
): object {
  return {
    policies: plan.policies.map((step) => ({
      ...common(step, outcomes.get(step) ?? step.action),
      policy: step.request?.policy ?? null,
    })),
    unikernels: plan.unikernels.map((step) => ({
      ...common(step, outcomes.get(step) ?? step.action),
      unikernel: unikernelToJson(step),
    })),
  };
}

function common({ name, notes }: PolicyStep | UnikernelStep, outcome: Action | Outcome): object {
  const { kind } = outcome;
  const code = kind === 'refuse' ? outcome.failure.code : null;
  const why = kind === 'refuse' ? outcome.failure.message : kind === 'skip' ? outcome.why : null;
  return { name, outcome: kind, code, why, notes };
}

function unikernelToJson({ written, image }: UnikernelStep): object | null {
  if (written === null) return null;
  return {
    hypervisor: written.typ,
    ...configurationToJson(written),
    image: {
      storedBytes: written.image.length,
      compressed: written.compressed,
      sizeBytes: image?.sizeBytes ?? null,
      digest: image?.digest ?? null,
    },
  };
}

import type { WireConfig } from '@albatross/wire';
import { escapeControl } from '@albatross/shared/runtime/escape';
import { configurationWords, deviceWords, policyWords } from './configuration-words.ts';
import type { ImportResult, Outcome } from './state-apply.ts';
import type { StateImage } from './state-image.ts';
import type { Action, ImportPlan, PolicyStep, UnikernelStep } from './state-import.ts';

/** Everything but the arguments, which may be secrets: of those, how many there are. */
export function planLines(plan: ImportPlan): readonly string[] {
  return [
    ...plan.policies.flatMap((step) => [
      heading('policy', step, step.action),
      ...indented(policyFacts(step)),
    ]),
    ...plan.unikernels.flatMap((step) => [
      heading('unikernel', step, step.action),
      ...indented(unikernelFacts(step)),
    ]),
    summary([...plan.policies, ...plan.unikernels].map(({ action }) => action)),
  ].map(escapeControl);
}

/** One line. */
export function resultLine({ kind, step, outcome }: ImportResult): string {
  return escapeControl(heading(kind, step, outcome));
}

/** `3 to import, 1 skipped, 2 refused`. */
export function summary(outcomes: readonly (Action | Outcome)[]): string {
  const parts = (['import', 'imported', 'skip', 'refuse'] as const).flatMap((kind) => {
    const count = outcomes.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${WORDS[kind]}`];
  });
  return parts.length === 0 ? 'there is nothing to import' : parts.join(', ');
}

const WORDS = {
  import: 'to import',
  imported: 'imported',
  skip: 'skipped',
  refuse: 'refused',
} as const;

/** A path ends in the colon that is wanted here. */
function heading(
  kind: ImportResult['kind'],
  { name }: PolicyStep | UnikernelStep,
  outcome: Action | Outcome,
): string {
  const shown = name ?? 'of a name that we cannot have';
  return `${kind} ${shown}${shown.endsWith(':') ? '' : ':'} ${verdict(outcome)}`;
}

function verdict(outcome: Action | Outcome): string {
  switch (outcome.kind) {
    case 'skip':
      return `${WORDS.skip}, ${outcome.why}`;
    case 'refuse':
      return `${WORDS.refuse}, ${outcome.failure.message} [${outcome.failure.code}]`;
    case 'import':
    case 'imported':
      return WORDS[outcome.kind];
  }
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function policyFacts({ request, notes }: PolicyStep): readonly string[] {
  return [...(request === null ? [] : [policyWords(request.policy)]), ...notes];
}

function unikernelFacts({ written, image, notes }: UnikernelStep): readonly string[] {
  if (written === null) return notes;
  return [
    configurationWords(written),
    imageWords(written, image),
    ...deviceWords(written),
    ...notes,
  ];
}

function imageWords({ image, compressed }: WireConfig, measured: StateImage | null): string {
  const stored = `${image.length} bytes${compressed ? ' compressed' : ''}`;
  if (measured === null) return `image of ${stored}`;
  const { sizeBytes, digest } = measured;
  return `image of ${compressed ? `${sizeBytes} bytes, ${stored}` : stored}, sha256 ${digest}`;
}

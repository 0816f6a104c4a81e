import { amountOf, choiceOf, listOf } from '@albatross/shared/domain/policy-words';
import type { Policy } from '@albatross/shared/domain/policy';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import type { WireBlock, WireConfig, WireFail, WireNet } from '@albatross/wire';
import { escapeControl } from '@albatross/shared/runtime/escape';
import type { ImportResult, Outcome } from './state-apply.ts';
import type { StateImage } from './state-image.ts';
import type { Action, ImportPlan, PolicyStep, UnikernelStep } from './state-import.ts';
import { startupOf } from './state-request.ts';

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

function policyWords({ unikernels, memoryMib, cpus, blockMib, bridges }: Policy): string {
  return [
    unikernels === POLICY_UNIKERNELS_MAX
      ? 'any number of unikernels'
      : amountOf('unikernels', unikernels),
    amountOf('memoryMib', memoryMib),
    amountOf('blockMib', blockMib ?? 0),
    choiceOf('cpus', cpus),
    choiceOf('bridges', bridges),
  ].join(', ');
}

function unikernelFacts({ written, image, notes }: UnikernelStep): readonly string[] {
  if (written === null) return notes;
  const facts = [
    amountOf('memoryMib', written.memory),
    choiceOf('cpus', written.cpuids),
    `start-up priority ${startupOf(written)}`,
    restartWords(written.fail),
    argumentWords(written),
  ];
  return [
    facts.join(', '),
    imageWords(written, image),
    ...written.nets.map(netWords),
    ...written.blocks.map(blockWords),
    ...notes,
  ];
}

function restartWords(fail: WireFail): string {
  if (fail.kind === 'quit') return 'never restarted';
  if (fail.codes.length === 0) return 'restarted after any status that can be';
  return `restarted after status ${listOf(fail.codes.map(String))}`;
}

function argumentWords({ arguments: { length }, addName }: WireConfig): string {
  const count = length === 0 ? 'no arguments' : `${length} argument${length === 1 ? '' : 's'}`;
  return addName ? `${count} and --name` : count;
}

function imageWords({ image, compressed }: WireConfig, measured: StateImage | null): string {
  const stored = `${image.length} bytes${compressed ? ' compressed' : ''}`;
  if (measured === null) return `image of ${stored}`;
  const { sizeBytes, digest } = measured;
  return `image of ${compressed ? `${sizeBytes} bytes, ${stored}` : stored}, sha256 ${digest}`;
}

function netWords({ name, bridge, mac }: WireNet): string {
  return `net ${name} on the bridge ${bridge ?? name}${mac === null ? '' : `, ${mac}`}`;
}

function blockWords({ name, device, sectorSize }: WireBlock): string {
  const sectors = sectorSize === null ? '' : `, sectors of ${sectorSize} bytes`;
  return `block ${name} from ${device ?? name}${sectors}`;
}

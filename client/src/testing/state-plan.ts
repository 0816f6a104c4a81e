import type { FailureCode } from '@albatross/shared/contracts/failures';
import type { WireConfig, WireState } from '@albatross/wire';
import assert from 'node:assert/strict';
import type { RunningSystem } from '../running-system.ts';
import { planImport, type Action, type ImportPlan, type UnikernelStep } from '../state-import.ts';
import { imagesOf, stateOf, systemOf, writtenConfig } from './state-entries.ts';

export function planOf(state: WireState, system: RunningSystem | null = systemOf({})): ImportPlan {
  return planImport(state, imagesOf(state), system);
}

/** The only step for a unikernel `hello`. */
export function stepFor(
  changes: Partial<WireConfig>,
  system: RunningSystem | null = systemOf({}),
): UnikernelStep {
  const state = stateOf({ unikernels: { hello: writtenConfig(changes) } });
  return planOf(state, system).unikernels[0] ?? assert.fail('there is no step');
}

/** A network device `service` of a guest. */
export function net(bridge: string, mac: string | null = null): WireConfig['nets'][number] {
  return { name: 'service', bridge, mac };
}

export function assertRefused(
  action: Action | undefined,
  code: FailureCode,
  message: RegExp,
): void {
  assert.ok(action?.kind === 'refuse', action?.kind);
  assert.equal(action.failure.code, code);
  assert.match(action.failure.message, message);
}

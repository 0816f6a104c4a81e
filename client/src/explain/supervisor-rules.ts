import { Failure } from '@albatross/shared/contracts/failures';
import type { ChainRequest, WireCommand, WireConfig } from '@albatross/wire';
import type { Pki } from '../issuing.ts';
import { unikernelRequest } from '../state-request.ts';

/** A failure that a server would answer with. */
export interface KnownFailure {
  readonly by: 'policies' | 'supervisor';
  /** The code of the failure. */
  readonly reason: string;
  readonly message: string;
}

/**
 * What can be told without the server of its answer to a command: whether the policies of the chain fit each
 * other, and what is asked for fits them all. Null when nothing is known against it.
 */
export function knownFailure(pki: Pki, request: ChainRequest): KnownFailure | null {
  return policyFailure(pki, request) ?? configurationFailure(request);
}

function policyFailure(pki: Pki, { name, command, policies }: ChainRequest): KnownFailure | null {
  // Who only listens makes nobody set policies.
  if (/^(console|stats)-/.test(command.kind)) return null;
  try {
    for (const [index, { path, policy }] of policies.entries()) {
      const above = pki.readPolicies(policies.slice(0, index));
      pki.checkAgainstPolicies(above, path, { kind: 'policy-add', policy });
    }
    pki.checkAgainstPolicies(pki.readPolicies(policies), name, command);
    return null;
  } catch (error) {
    if (!(error instanceof pki.IssueError)) throw error;
    return { by: 'policies', reason: error.code, message: error.message };
  }
}

function configurationFailure({ name, command }: ChainRequest): KnownFailure | null {
  const config = configOf(command);
  if (config === null) return null;
  try {
    unikernelRequest(name, config);
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { by: 'supervisor', reason: error.code, message: error.message };
  }
}

function configOf(command: WireCommand): WireConfig | null {
  const isCreate = command.kind === 'unikernel-create' || command.kind === 'unikernel-force-create';
  return isCreate ? command.config : null;
}

import { admitUnikernel } from '@albatross/shared/domain/admission';
import { describeExcess } from '@albatross/shared/domain/excess';
import {
  isPathName,
  parseName,
  ROOT,
  type Name,
  type PathName,
} from '@albatross/shared/domain/name';
import { conflictOf } from '@albatross/shared/domain/policy-change';
import { describeConflict } from '@albatross/shared/domain/policy-conflict';
import type { Policies, Policy } from '@albatross/shared/domain/policy';
import { PolicyError, readPolicy, whyUnusable } from '@albatross/shared/domain/read-policy';
import {
  policyOf,
  type ChainRequest,
  type WireCommand,
  type WireConfig,
  type WirePolicy,
} from '@albatross/wire';
import { IssueError } from './issue-error.ts';

/** The policies that the certificates of a chain carry, by path. */
export function readPolicies(written: ChainRequest['policies']): Policies {
  return new Map(written.map(({ path, policy }) => [path, checkedPolicy(path, policy)] as const));
}

/**
 * Whether authorities that carry these policies may sign for this. A policy may allow no more than any above
 * it; what a unikernel takes must fit them, as if it were the only one. Throws `IssueError`:
 * `POLICY_INVALID`, `POLICY_CONFLICT`, `POLICY_EXCEEDED`, `MEMORY_INVALID` or `NAME_INVALID`.
 */
export function checkAgainstPolicies(above: Policies, name: Name, command: WireCommand): void {
  switch (command.kind) {
    case 'policy-add':
      checkPolicy(above, pathFor(name), command.policy);
      return;
    case 'unikernel-create':
    case 'unikernel-force-create':
      checkShare(above, name, command.config);
      return;
    default:
      return;
  }
}

/** A certificate's label is a path where it carries a policy. */
function pathFor(name: Name): PathName {
  // With a colon at the end there is nothing else that it could be.
  return isPathName(name) ? name : (parseName(`${name}:`) as PathName);
}

function checkPolicy(above: Policies, path: PathName, written: WirePolicy): void {
  const policy = checkedPolicy(path, written);
  const unusable = whyUnusable(policy);
  if (unusable !== null) throw new IssueError('POLICY_INVALID', unusable);
  const conflict = conflictOf(above, { unikernels: [], blocks: [] }, new Map([[path, policy]]));
  if (conflict !== null) throw new IssueError('POLICY_CONFLICT', describeConflict(conflict));
}

function checkShare(above: Policies, name: Name, config: WireConfig): void {
  if (isPathName(name)) {
    const right = 'its certificate has a label as its common name';
    throw new IssueError('NAME_INVALID', `a unikernel is made under a name, not a path; ${right}`);
  }
  const { memory: memoryMib, cpuids: cpus, nets } = config;
  // Less than nothing would fit every policy.
  if (memoryMib < 1) {
    const message = `a unikernel has at least 1 MiB of memory; ${memoryMib} were asked for`;
    throw new IssueError('MEMORY_INVALID', message);
  }
  const bridges = nets.map(({ name: net, bridge }) => bridge ?? net);
  const excess = admitUnikernel([above], [], { name, memoryMib, cpus, bridges }, ROOT);
  if (excess !== null) throw new IssueError('POLICY_EXCEEDED', describeExcess(excess));
}

function checkedPolicy(path: PathName, written: WirePolicy): Policy {
  try {
    return readPolicy(policyOf(written));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new IssueError('POLICY_INVALID', `the policy of ${path}: ${error.message}`, {
      cause: error,
    });
  }
}

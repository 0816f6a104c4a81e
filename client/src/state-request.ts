import { check } from '@albatross/shared/bus/codec';
import { Failure } from '@albatross/shared/contracts/failures';
import type { BodyOf, RequestOf } from '@albatross/shared/contracts/request';
import { addPolicy } from '@albatross/shared/contracts/policy';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { isPathName, type Name, type PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { configurationOf, policyOf, type WireConfig, type WirePolicy } from '@albatross/wire';

/** One unikernel, as it will be asked for. */
export interface UnikernelRequest {
  /** But for the id and the upload, which do not exist yet. */
  readonly body: Omit<BodyOf<typeof createUnikernel>, 'id' | 'blob'>;
  /** The same as the supervisor will read it. */
  readonly config: RequestOf<typeof createUnikernel>;
}

/** A unikernel of the original's as one of ours. Throws a `Failure` for what we do not take. */
export function unikernelRequest(name: Name, config: WireConfig): UnikernelRequest {
  if (isPathName(name))
    throw new Failure('NAME_INVALID', `${name} is a path; a unikernel's name ends in a label`);
  if (config.typ === 'bhyve')
    throw new Failure('HYPERVISOR_UNSUPPORTED', 'it is made for bhyve, which Linux does not have');
  const { vcpus: _, linuxBoot: __, ...configuration } = configurationOf(config);
  const body = { name, compressed: config.compressed, ...configuration };
  const whole = { ...NOT_YET, blob: '0'.repeat(32), ...body };
  return { body, config: check(createUnikernel.body, whole, 'REQUEST_INVALID') };
}

/**
 * What the original keeps for any unikernel, and uses for those of bhyve only; ours would refuse it. Null
 * when there is nothing such.
 */
export function leftOut({ vcpus, linuxBoot }: WireConfig): string | null {
  const parts = [
    ...(vcpus === 1 ? [] : [`${vcpus} CPUs inside the guest`]),
    ...(linuxBoot === null ? [] : [`the boot partition ${linuxBoot}`]),
  ];
  return parts.length === 0 ? null : `left out, as only bhyve uses it: ${parts.join(', ')}`;
}

export interface PolicyRequest {
  readonly name: PathName;
  readonly policy: Policy;
}

/** Throws a `Failure` for a policy we do not take. */
export function policyRequest(name: Name, written: WirePolicy): PolicyRequest {
  const body = { ...NOT_YET, name, policy: policyOf(written) };
  const checked = check(addPolicy.body, body, 'REQUEST_INVALID');
  return { name: checked.name, policy: checked.policy };
}

/** In the place of what is made only when something is asked. */
const NOT_YET = { id: 'not-yet-asked' };

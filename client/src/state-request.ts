import { check } from '@albatross/shared/bus/codec';
import { Failure } from '@albatross/shared/contracts/failures';
import type { BodyOf, RequestOf } from '@albatross/shared/contracts/request';
import { addPolicy } from '@albatross/shared/contracts/policy';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import { isPathName, type Name, type PathName } from '@albatross/shared/domain/name';
import type { Policy } from '@albatross/shared/domain/policy';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import { STARTUP_PRIORITY_DEFAULT } from '@albatross/shared/domain/unikernel';
import type { WireConfig, WireFail, WirePolicy } from '@albatross/wire';

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
  const body: UnikernelRequest['body'] = {
    name,
    compressed: config.compressed,
    memoryMib: config.memory,
    cpus: [...config.cpuids],
    nets: config.nets.map(({ name, bridge, mac }) => ({
      name,
      ...(bridge === null ? {} : { bridge }),
      ...(mac === null ? {} : { mac }),
    })),
    blocks: config.blocks.map(({ name, device, sectorSize }) => ({
      name,
      ...(device === null ? {} : { device }),
      ...(sectorSize === null ? {} : { sectorBytes: sectorSize }),
    })),
    startupPriority: startupOf(config),
    restart: restartRule(config.fail),
    arguments: [...config.arguments],
    addName: config.addName,
  };
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

/** For the original every number is before the next larger one; ours begin at 0. */
export function startupOf({ startup }: WireConfig): number {
  return Math.max(0, startup ?? STARTUP_PRIORITY_DEFAULT);
}

/** A code that no process can end with is one nothing is done after. */
function restartRule(fail: WireFail): BodyOf<typeof createUnikernel>['restart'] {
  if (fail.kind === 'quit') return { kind: 'never' };
  const statuses = fail.codes.filter((code) => code >= 0 && code <= 255);
  // None left is not the same as none said, which stands for all.
  return statuses.length === 0 && fail.codes.length > 0
    ? { kind: 'never' }
    : { kind: 'on-exit', statuses };
}

export interface PolicyRequest {
  readonly name: PathName;
  readonly policy: Policy;
}

/** Throws a `Failure` for a policy we do not take. */
export function policyRequest(name: Name, written: WirePolicy): PolicyRequest {
  const { unikernels, memory: memoryMib, cpuids: cpus, block: blockMib, bridges } = written;
  const policy = {
    // The original's greatest number stands for no limit, as ours does.
    unikernels: Number(unikernels > POLICY_UNIKERNELS_MAX ? POLICY_UNIKERNELS_MAX : unikernels),
    memoryMib,
    cpus,
    blockMib,
    bridges,
  };
  const checked = check(addPolicy.body, { ...NOT_YET, name, policy }, 'REQUEST_INVALID');
  return { name: checked.name, policy: checked.policy };
}

/** In the place of what is made only when something is asked. */
const NOT_YET = { id: 'not-yet-asked' };

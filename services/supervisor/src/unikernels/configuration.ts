import { Failure } from '@albatross/shared/contracts/failures';
import type { RequestOf } from '@albatross/shared/contracts/request';
import type { createUnikernel, restartUnikernel } from '@albatross/shared/contracts/unikernel';
import { isTenderTarget, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { ImageNotes } from '@albatross/solo5';

type Create = RequestOf<typeof createUnikernel>;
type Changes = NonNullable<RequestOf<typeof restartUnikernel>['changes']>;

/** Throws a `Failure`. */
export function newConfig(request: Create, notes: ImageNotes, digest: string): UnikernelConfig {
  const { target, abiVersion } = notes;
  if (!isTenderTarget(target)) throw unsupportedTarget(target);
  return { ...settingsOf(request), name: request.name, digest, target, abiVersion };
}

export function changedConfig(config: UnikernelConfig, changes: Changes): UnikernelConfig {
  const { name, digest, target, abiVersion } = config;
  return { ...settingsOf(changes), name, digest, target, abiVersion };
}

/** What the original has for FreeBSD's bhyve only. Throws a `Failure`. */
export function refuseOtherHypervisors(
  request: Pick<Changes, 'vcpus' | 'linuxBoot'> & Partial<Pick<Create, 'hypervisor'>>,
): void {
  const { hypervisor = 'solo5', vcpus, linuxBoot } = request;
  const asked = [
    ...(hypervisor === 'bhyve' ? ['images of the type bhyve'] : []),
    ...(linuxBoot === undefined ? [] : ['a Linux boot partition']),
    ...(vcpus === 1 ? [] : [`${vcpus} virtual CPUs`]),
  ];
  if (asked.length === 0) return;
  throw new Failure(
    'HYPERVISOR_UNSUPPORTED',
    `${asked.join(' and ')} can only be had with bhyve, on FreeBSD; a Solo5 unikernel has one virtual CPU and boots by itself`,
  );
}

type Settings = Omit<UnikernelConfig, 'name' | 'digest' | 'target' | 'abiVersion'>;

function settingsOf(request: Changes): Settings {
  const { memoryMib, cpus, nets, blocks, startupPriority, restart, addName } = request;
  const { arguments: words } = request;
  return {
    memoryMib,
    cpus,
    nets,
    blocks,
    startupPriority,
    restart,
    arguments: words,
    addName,
  };
}

function unsupportedTarget(target: string): Failure {
  return new Failure(
    'IMAGE_TARGET_UNSUPPORTED',
    `the image is built for ${target}, for which there is no tender`,
    { target },
  );
}

import { Failure } from '@albatross/shared/contracts/failures';
import type { TenderTarget } from '@albatross/shared/domain/unikernel';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

const KVM = '/dev/kvm';

/**
 * Checks that a tender could open the device nodes it needs, and returns the groups its user must be a
 * member of for that. Throws a `Failure`.
 */
export async function tenderGroups(
  target: TenderTarget,
  changesUser: boolean,
): Promise<readonly number[]> {
  if (target !== 'hvt') return [];
  if (!changesUser) {
    await access(KVM, constants.R_OK | constants.W_OK).catch((error: unknown) => {
      throw refusal(
        isMissing(error)
          ? 'there is none'
          : 'this user may not open it, nor is in a group that may',
      );
    });
    return [];
  }
  const node = await stat(KVM).catch(() => null);
  if (node === null) throw refusal('there is none');
  const groups = accessFor(node);
  if (groups === null)
    throw refusal(`its mode is ${(node.mode & 0o777).toString(8)}, its group ${node.gid}`);
  return groups;
}

/** The groups that open a node for reading and writing to an ordinary user; null when none does. Never root's. */
export function accessFor(node: {
  readonly mode: number;
  readonly gid: number;
}): readonly number[] | null {
  if ((node.mode & 0o006) === 0o006) return [];
  return (node.mode & 0o060) === 0o060 && node.gid !== 0 ? [node.gid] : null;
}

function refusal(why: string): Failure {
  return new Failure(
    'DEVICE_ACCESS',
    `solo5-hvt needs ${KVM}, and ${why}; to mend it, as root: modprobe kvm; chgrp kvm ${KVM}; chmod 660 ${KVM}; then users of the group kvm may open it`,
    { device: KVM },
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

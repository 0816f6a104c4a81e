import { guestArguments, type UnikernelConfig } from '@albatross/shared/domain/unikernel';
import type { StartPlan } from './host.ts';

/** The image is handed over as an open file: its path may lie where the tender's user cannot go. */
const IMAGE = '/proc/self/fd/4';

/** The whole command of a tender, privileges given up first. `groups`: what its user is a member of. */
export function tenderCommand(plan: StartPlan, groups: readonly number[]): readonly string[] {
  return [...dropPrivileges(plan.uid, groups), ...tender(plan.tender.path, plan.config)];
}

/** `setpriv` wants either of --groups and --clear-groups. */
function dropPrivileges(uid: number | null, groups: readonly number[]): readonly string[] {
  if (uid === null) return ['setpriv', '--no-new-privs'];
  const user = ['--reuid', String(uid), '--regid', String(uid)];
  const member = groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')];
  return ['setpriv', ...user, ...member, '--no-new-privs', '--inh-caps=-all'];
}

function tender(path: string, config: UnikernelConfig): readonly string[] {
  const words = guestArguments(config);
  switch (config.target) {
    case 'hvt':
    case 'spt':
      return [path, `--mem=${config.memoryMib}`, '--', IMAGE, ...words];
    case 'virtio':
      return [
        path,
        ...QEMU_MACHINE.split(' '),
        '-m',
        String(config.memoryMib),
        '-kernel',
        IMAGE,
        '-append',
        words.join(' '),
      ];
  }
}

/**
 * The least machine Solo5's virtio images want. The debug device is how they end; without ACPI they have
 * no other way. The sandbox is what qemu can give up once it runs.
 */
const QEMU_MACHINE =
  '-accel tcg -cpu Westmere -nodefaults -machine acpi=off -display none -serial stdio ' +
  '-device isa-debug-exit -no-reboot ' +
  '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

import type { Tap } from '@albatross/shared/domain/device';
import { guestArguments } from '@albatross/shared/domain/unikernel';
import type { Device } from '@albatross/solo5';
import { basename, dirname } from 'node:path';
import type { StartPlan } from './host.ts';
import { qemuCommand } from './qemu-command.ts';

/** The image is handed over as an open file: its path may lie where the tender's user cannot go. */
const IMAGE = '/proc/self/fd/4';

/** What a tender finds on this machine, beside its plan. */
export interface Surroundings {
  /** What its user is a member of. */
  readonly groups: readonly number[];
  readonly taps: readonly Tap[];
  /** The CPUs it would run on without being told. */
  readonly ownCpus: readonly number[];
  /** In which it is started, if it has block devices. */
  readonly blockFolder: string;
  /** The image's; of interest for virtio only. */
  readonly manifest: readonly Device[];
}

/** The whole command of a tender, privileges given up first. Throws a `Failure`. */
export function tenderCommand(plan: StartPlan, around: Surroundings): readonly string[] {
  return [
    ...pin(plan.config.cpus, around.ownCpus),
    ...dropPrivileges(plan.uid, around.groups),
    ...tender(plan, around),
  ];
}

/** One program less to execute where it would change nothing. */
function pin(cpus: readonly number[], own: readonly number[]): readonly string[] {
  const list = cpus.join(',');
  return list === own.join(',') ? [] : ['taskset', '-c', list];
}

/** `setpriv` wants either of --groups and --clear-groups. */
function dropPrivileges(uid: number | null, groups: readonly number[]): readonly string[] {
  if (uid === null) return ['setpriv', '--no-new-privs'];
  const user = ['--reuid', String(uid), '--regid', String(uid)];
  const member = groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')];
  return ['setpriv', ...user, ...member, '--no-new-privs', '--inh-caps=-all'];
}

function tender(plan: StartPlan, around: Surroundings): readonly string[] {
  const { config } = plan;
  const words = guestArguments(config, plan.nameForm);
  const blocks = plan.blocks.map((block) => ({
    ...block,
    path: pathForTender(block.path, around.blockFolder),
  }));
  const { path } = plan.tender;
  switch (config.target) {
    case 'hvt':
    case 'spt':
      return [
        path,
        `--mem=${config.memoryMib}`,
        ...deviceOptions(around.taps, blocks),
        '--',
        IMAGE,
        ...words,
      ];
    case 'virtio': {
      const { memoryMib } = config;
      const { taps, manifest } = around;
      return qemuCommand({ path, memoryMib, image: IMAGE, words, taps, blocks, manifest });
    }
  }
}

/**
 * Files are named from the folder they are in, which the tender is started in: whatever lies above may be
 * closed to its user, and may have a space in its name, which would end a path on a tender's command line.
 */
function pathForTender(path: string, blockFolder: string): string {
  return dirname(path) === blockFolder ? `./${basename(path)}` : path;
}

/** What hvt and spt are told of a guest's devices, in the original's order. */
export function deviceOptions(
  taps: readonly Tap[],
  blocks: StartPlan['blocks'],
): readonly string[] {
  return [
    ...taps.map(({ device, tap }) => `--net:${device}=${tap}`),
    ...taps.map(({ device, mac }) => `--net-mac:${device}=${mac}`),
    ...blocks.map(({ name, path }) => `--block:${name}=${path}`),
    ...blocks.flatMap(({ name, sectorBytes }) =>
      sectorBytes === null ? [] : [`--block-sector-size:${name}=${sectorBytes}`],
    ),
  ];
}

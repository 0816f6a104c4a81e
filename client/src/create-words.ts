import {
  CPUS_DEFAULT,
  MEMORY_MIB_DEFAULT,
  STARTUP_PRIORITY_DEFAULT,
} from '@albatross/shared/domain/unikernel';
import type { Configuration } from '@albatross/wire';

/** The options with which `create` makes a unikernel so; what it has without being told is left out. */
export function createWords(configuration: Configuration): readonly string[] {
  const { memoryMib, cpus, startupPriority, restart, addName, vcpus, linuxBoot } = configuration;
  const isUsualCpu = cpus.join() === CPUS_DEFAULT.join();
  return [
    ...(memoryMib === MEMORY_MIB_DEFAULT ? [] : [`--mem=${memoryMib}`]),
    ...(isUsualCpu ? [] : cpus.map((cpu) => `--cpu=${cpu}`)),
    ...configuration.nets.map(netWord),
    ...configuration.blocks.map(blockWord),
    ...(startupPriority === STARTUP_PRIORITY_DEFAULT ? [] : [`--startup=${startupPriority}`]),
    ...(restart.kind === 'never' ? [] : ['--restart-on-fail']),
    ...(restart.kind === 'never' ? [] : restart.statuses.map((status) => `--exit-code=${status}`)),
    ...(addName ? [] : ['--no-add-name']),
    ...configuration.arguments.map((argument) => `--arg=${argument}`),
    ...(vcpus === 1 ? [] : [`--cpus=${vcpus}`]),
    ...(linuxBoot === undefined ? [] : [`--linux-boot=${linuxBoot}`]),
  ];
}

/** `name[:bridge][@mac]` */
function netWord({ name, bridge, mac }: Configuration['nets'][number]): string {
  return `--net=${name}${behind(':', bridge)}${behind('@', mac)}`;
}

/** `name[:device][@sector]` */
function blockWord({ name, device, sectorBytes }: Configuration['blocks'][number]): string {
  return `--block=${name}${behind(':', device)}${behind('@', sectorBytes)}`;
}

function behind(sign: string, value: string | number | undefined): string {
  return value === undefined ? '' : `${sign}${value}`;
}

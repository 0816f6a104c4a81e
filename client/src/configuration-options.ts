import {
  CPUS_DEFAULT,
  MEMORY_MIB_DEFAULT,
  STARTUP_PRIORITY_DEFAULT,
} from '@albatross/shared/domain/unikernel';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Configuration } from '@albatross/wire';
import type { Command } from 'commander';
import {
  collect,
  readBlock,
  readCpu,
  readMemory,
  readNet,
  readNumber,
  readStatus,
  type BlockOption,
  type NetOption,
} from './arguments.ts';

/** What the options below come to. */
export interface ConfigurationFlags {
  readonly mem: number;
  readonly cpu?: readonly number[];
  readonly net?: readonly NetOption[];
  readonly block?: readonly BlockOption[];
  readonly startup: number;
  readonly restartOnFail?: true;
  readonly exitCode?: readonly number[];
  readonly arg?: readonly string[];
  readonly addName: boolean;
  readonly cpus: number;
  readonly linuxBoot?: string;
}

/** The options of a unikernel's configuration, as the original has them. */
export function addConfigurationOptions(command: Command): Command {
  return command
    .option('--mem <mib>', 'memory in MiB', readMemory, MEMORY_MIB_DEFAULT)
    .option('--cpu <n>', 'a CPU it may run on; may be given several times (default: 0)', readCpu)
    .option(
      '--net <name[:bridge][@mac]>',
      'a network device and the bridge of the host it is on; may be given several times',
      readNet,
    )
    .option(
      '--block <name[:device][@sector]>',
      'a block device and which one of the host it is; may be given several times',
      readBlock,
    )
    .option(
      '--startup <priority>',
      'when the host starts, lower ones are started first',
      readNumber('--startup'),
      STARTUP_PRIORITY_DEFAULT,
    )
    .option('--restart-on-fail', 'start it again when it ends by itself')
    .option('--restart', 'the same')
    .option(
      '--exit-code <status>',
      'only after this exit status; may be given several times',
      readStatus,
    )
    .option('--arg <string>', 'an argument for the guest; may be given several times', collect)
    .option('--no-add-name', 'do not give the guest --name=NAME')
    .option('--cpus <n>', 'virtual CPUs; Solo5 has one', readNumber('--cpus'), 1)
    .option('--linux-boot <partition>', 'for bhyve only, which is refused here');
}

/** Throws a `Failure`. */
export function configurationOf(
  flags: ConfigurationFlags & { readonly restart?: true },
): Configuration {
  const { mem, cpu, net = [], block = [], startup, exitCode = [], arg = [] } = flags;
  const { addName, cpus, linuxBoot } = flags;
  const isRestarted = flags.restartOnFail ?? flags.restart ?? false;
  if (!isRestarted && exitCode.length > 0) {
    throw new Failure('USAGE_INVALID', '--exit-code has a meaning with --restart-on-fail only');
  }
  return {
    memoryMib: mem,
    cpus: [...(cpu ?? CPUS_DEFAULT)],
    nets: [...net],
    blocks: [...block],
    startupPriority: startup,
    restart: isRestarted ? { kind: 'on-exit', statuses: [...exitCode] } : { kind: 'never' },
    arguments: [...arg],
    addName,
    vcpus: cpus,
    ...(linuxBoot === undefined ? {} : { linuxBoot }),
  };
}

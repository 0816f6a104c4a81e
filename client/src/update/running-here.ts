import type { UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Configuration } from '@albatross/wire';

/** What is replaced: the image by its SHA-256 in hexadecimal, and what it was given, which stays. */
export interface Replaceable {
  readonly name: UnikernelName;
  readonly digest: string;
  readonly configuration: Configuration;
  /** Whether it ran, or was to: what did not run need not run afterwards. */
  readonly isUp: boolean;
}

/** Of this host, whether it runs or not. */
export function replaceable(details: UnikernelDetails): Replaceable {
  const { name, digest, memoryMib, cpus, nets, blocks, startupPriority, restart } = details;
  return {
    name,
    digest,
    isUp: !RESTING.includes(details.state),
    configuration: {
      memoryMib,
      cpus: [...cpus],
      nets: nets.map(({ name, bridge, mac }) => ({ name, bridge, mac })),
      blocks: blocks.map(({ name, device, sectorBytes }) => ({
        name,
        device,
        ...(sectorBytes === null ? {} : { sectorBytes }),
      })),
      startupPriority,
      restart,
      arguments: [...details.arguments],
      addName: details.addName,
      vcpus: 1,
    },
  };
}

const RESTING: readonly UnikernelDetails['state'][] = ['stopped', 'exited', 'failed'];

import type { Policy } from '@albatross/shared/domain/policy';
import { POLICY_UNIKERNELS_MAX } from '@albatross/shared/domain/read-policy';
import { startupPriorityOf, type WireArgs } from '@albatross/wire';

/** What programs get of what a unikernel is given: all but the arguments, which may be secrets. */
export interface ConfigurationJson {
  readonly memoryMib: number;
  readonly cpus: readonly number[];
  readonly startupPriority: number;
  readonly restart:
    | { readonly kind: 'never' }
    | { readonly kind: 'on-exit'; readonly statuses: readonly number[] };
  readonly addName: boolean;
  readonly argumentCount: number;
  readonly nets: WireArgs['nets'];
  readonly blocks: readonly {
    readonly name: string;
    readonly device: string | null;
    readonly sectorBytes: number | null;
  }[];
}

export function configurationToJson(args: WireArgs): ConfigurationJson {
  return {
    memoryMib: args.memory,
    cpus: args.cpuids,
    startupPriority: startupPriorityOf(args),
    restart:
      args.fail.kind === 'quit'
        ? { kind: 'never' }
        : { kind: 'on-exit', statuses: args.fail.codes },
    addName: args.addName,
    argumentCount: args.arguments.length,
    nets: args.nets,
    blocks: args.blocks.map(({ name, device, sectorSize: sectorBytes }) => {
      return { name, device, sectorBytes };
    }),
  };
}

/** What programs get of a policy that a certificate carries. */
export interface PolicyJson extends Omit<Policy, 'unikernels'> {
  /** Null: any number. */
  readonly unikernels: number | null;
}

export function policyToJson({ unikernels, ...rest }: Policy): PolicyJson {
  return { unikernels: unikernels === POLICY_UNIKERNELS_MAX ? null : unikernels, ...rest };
}

import { parseMac } from '@albatross/shared/domain/mac';
import {
  CPUS_DEFAULT,
  MEMORY_MIB_DEFAULT,
  STARTUP_PRIORITY_DEFAULT,
} from '@albatross/shared/domain/unikernel';
import { ascending } from './ascending.ts';
import type { WireArgs } from './command/restart-args.ts';
import type { WireBlock, WireNet } from './devices.ts';
import type { WireFail } from './unikernel-config.ts';

/**
 * What a unikernel is given, whatever its image, as a request on the bus has it: nothing is checked yet.
 * Its lists may be changed, as those of requests may.
 */
export interface Configuration {
  memoryMib: number;
  cpus: number[];
  nets: NetChoice[];
  blocks: BlockChoice[];
  startupPriority: number;
  restart: { kind: 'never' } | { kind: 'on-exit'; statuses: number[] };
  arguments: string[];
  addName: boolean;
  vcpus: number;
  linuxBoot?: string | undefined;
}

interface NetChoice {
  name: string;
  bridge?: string | undefined;
  mac?: string | undefined;
}

interface BlockChoice {
  name: string;
  device?: string | undefined;
  sectorBytes?: number | undefined;
}

/** The same as ours. What ours cannot be is left as it is, for whoever takes the request to refuse. */
export function configurationOf(args: WireArgs): Configuration {
  return {
    memoryMib: args.memory,
    cpus: [...args.cpuids],
    nets: args.nets.map(({ name, bridge, mac }) => ({
      name,
      ...(bridge === null ? {} : { bridge }),
      ...(mac === null ? {} : { mac }),
    })),
    blocks: args.blocks.map(({ name, device, sectorSize }) => ({
      name,
      ...(device === null ? {} : { device }),
      ...(sectorSize === null ? {} : { sectorBytes: sectorSize }),
    })),
    startupPriority: startupPriorityOf(args),
    restart: restartRuleOf(args.fail),
    arguments: [...args.arguments],
    addName: args.addName,
    vcpus: args.vcpus,
    ...(args.linuxBoot === null ? {} : { linuxBoot: args.linuxBoot }),
  };
}

/** For the original every number is before the next larger one; ours begin at 0. */
export function startupPriorityOf({ startup }: Pick<WireArgs, 'startup'>): number {
  return Math.max(0, startup ?? STARTUP_PRIORITY_DEFAULT);
}

/** The priority that is had without saying so is not said, as the original's client does not. */
export function wireStartupOf(priority: number): number | null {
  return priority === STARTUP_PRIORITY_DEFAULT ? null : priority;
}

/** A code that no process can end with is one nothing is done after. */
function restartRuleOf(fail: WireFail): Configuration['restart'] {
  if (fail.kind === 'quit') return { kind: 'never' };
  const statuses = fail.codes.filter((code) => code >= 0 && code <= STATUS_MAX);
  // None left is not the same as none said, which stands for all.
  return statuses.length === 0 && fail.codes.length > 0
    ? { kind: 'never' }
    : { kind: 'on-exit', statuses };
}

const STATUS_MAX = 255;

export function wireFailOf(
  rule:
    | { readonly kind: 'never' }
    | { readonly kind: 'on-exit'; readonly statuses: readonly number[] },
): WireFail {
  return rule.kind === 'never'
    ? { kind: 'quit' }
    : { kind: 'restart', codes: ascending(rule.statuses) };
}

/** What is not said is as it is without. */
type SaidConfiguration = {
  readonly [Key in keyof Configuration]?: Configuration[Key] | undefined;
};

/**
 * Ours as the wire has it; with `typ`, `compressed` and `image` it is a `WireConfig`. Throws `MacError` for an
 * address that is none: the wire has room for six bytes only.
 */
export function wireArgsOf(configuration: SaidConfiguration): WireArgs {
  const { memoryMib, cpus, nets, blocks, startupPriority, restart, addName } = configuration;
  return {
    memory: memoryMib ?? MEMORY_MIB_DEFAULT,
    cpuids: ascending(cpus ?? CPUS_DEFAULT),
    nets: (nets ?? []).map(wireNetOf),
    blocks: (blocks ?? []).map(wireBlockOf),
    startup: wireStartupOf(startupPriority ?? STARTUP_PRIORITY_DEFAULT),
    fail: wireFailOf(restart ?? { kind: 'never' }),
    arguments: [...(configuration.arguments ?? [])],
    addName: addName ?? true,
    vcpus: configuration.vcpus ?? 1,
    linuxBoot: configuration.linuxBoot ?? null,
  };
}

function wireNetOf({ name, bridge, mac }: NetChoice): WireNet {
  return { name, bridge: bridge ?? null, mac: mac === undefined ? null : parseMac(mac) };
}

function wireBlockOf({ name, device, sectorBytes }: BlockChoice): WireBlock {
  return { name, device: device ?? null, sectorSize: sectorBytes ?? null };
}

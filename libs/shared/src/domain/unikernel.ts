import type { BlockDevice, NetDevice } from './device.ts';
import { labelOf, wireForm, type UnikernelName } from './name.ts';
import type { RestartRule } from './restart.ts';

/** Tenders are chosen by the target in an image's ABI note. */
export const TENDERS = {
  hvt: 'solo5-hvt',
  spt: 'solo5-spt',
  virtio: 'qemu-system-x86_64',
} as const;

export type TenderTarget = keyof typeof TENDERS;

export const TENDER_TARGETS = ['hvt', 'spt', 'virtio'] as const satisfies readonly TenderTarget[];

export function isTenderTarget(target: string): target is TenderTarget {
  return Object.hasOwn(TENDERS, target);
}

/** Everything needed to start a unikernel again, except its image's bytes. */
export interface UnikernelConfig {
  readonly name: UnikernelName;
  /** SHA-256 of the image, lower-case hexadecimal. */
  readonly digest: string;
  readonly target: TenderTarget;
  readonly abiVersion: number;
  readonly memoryMib: number;
  /** CPUs its tender may run on: at least one, ascending. */
  readonly cpus: readonly number[];
  readonly nets: readonly NetDevice[];
  readonly blocks: readonly BlockDevice[];
  /** At start-up of the host, lower ones are started first. */
  readonly startupPriority: number;
  readonly restart: RestartRule;
  /** May be secrets: they appear in the one-name form of info only, never in lists, events or logs. */
  readonly arguments: readonly string[];
  /** Whether the guest is also given `--name=<label>`. */
  readonly addName: boolean;
}

export const MEMORY_MIB_DEFAULT = 32;
export const CPUS_DEFAULT: readonly number[] = [0];
export const STARTUP_PRIORITY_DEFAULT = 50;
/** Arguments are joined by single spaces on their way to the guest; Solo5 gives up beyond this many bytes. */
export const ARGUMENT_BYTES_MAX = 8191;

/** Whether a guest is told its own label, or its whole name with the path. */
export type NameForm = 'label' | 'full';

/** What a guest is given, in order. */
export function guestArguments(
  config: Pick<UnikernelConfig, 'name' | 'arguments' | 'addName'>,
  form: NameForm,
): readonly string[] {
  if (!config.addName) return config.arguments;
  const name = form === 'full' ? wireForm(config.name) : labelOf(config.name);
  return [`--name=${name}`, ...config.arguments];
}

/**
 * `exited` and `failed` hold nothing: a create of the same name replaces them. All others hold the name, a
 * share of every policy, and the block devices.
 */
export const UNIKERNEL_STATES = [
  'starting',
  'running',
  'stopping',
  'backing-off',
  'stopped',
  'exited',
  'failed',
] as const;

export type UnikernelState = (typeof UNIKERNEL_STATES)[number];

export function holdsResources(state: UnikernelState): boolean {
  return state !== 'exited' && state !== 'failed';
}

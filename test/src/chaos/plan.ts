import type { BodyOf } from '@albatross/shared/contracts/request';
import type { createUnikernel, UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import type { Exit } from '@albatross/shared/domain/exit';
import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import { afterExit, type RestartRule } from '@albatross/shared/domain/restart';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { SCRIPTS } from './guests.ts';
import { BLOCK_DEVICE, NET_DEVICE, type ChaosImage } from './images.ts';
import { BRIDGES } from './own-network.ts';
import type { Dice } from './random.ts';

type Create = BodyOf<typeof createUnikernel>;

/** A unikernel as somebody asks for it. */
export interface Plan {
  readonly digest: string;
  readonly settings: Settings;
  /** How its guest ends by itself in the end; null when it runs on. */
  readonly exit: Exit | null;
  readonly device: UnikernelName | null;
}

export type Settings = { [Key in Chosen]: Exclude<Create[Key], undefined> } & {
  readonly restart: Writable<RestartRule>;
};

type Chosen =
  | 'memoryMib'
  | 'cpus'
  | 'nets'
  | 'blocks'
  | 'startupPriority'
  | 'arguments'
  | 'addName';

type Writable<Rule> = Rule extends { readonly statuses: readonly number[] }
  ? { kind: 'on-exit'; statuses: number[] }
  : { kind: 'never' };

const RULES: readonly (readonly [weight: number, rule: Settings['restart']])[] = [
  [60, { kind: 'never' }],
  [25, { kind: 'on-exit', statuses: [] }],
  [15, { kind: 'on-exit', statuses: [3] }],
];

/** Chosen for an image; `devices` are those of its path. */
export function choosePlan(
  dice: Dice,
  image: Pick<ChaosImage, 'digest' | 'hasNet' | 'hasBlock'>,
  devices: readonly UnikernelName[],
): Plan {
  const { words, exit } = dice.weighted(SCRIPTS);
  const device = image.hasBlock ? dice.pick(devices) : null;
  const cpus = availableParallelism() > 1 && dice.chance(0.2) ? [0, 1] : [0];
  const settings: Settings = {
    memoryMib: dice.whole(4, 48),
    cpus,
    nets: image.hasNet ? [{ name: NET_DEVICE, bridge: chooseBridge(dice) }] : [],
    blocks: device === null ? [] : [{ name: BLOCK_DEVICE, device: labelOf(device) }],
    startupPriority: dice.pick([10, 50, 50, 90]),
    restart: dice.weighted(RULES),
    // The number makes plans that are alike differ.
    arguments: [...words, `n=${dice.whole(0, 999_999)}`],
    addName: words.includes('name=refuse') || dice.chance(0.8),
  };
  return { digest: image.digest, settings, exit, device };
}

/** One of them there is not. */
function chooseBridge(dice: Dice): string {
  return dice.chance(0.05) ? 'nosuchbridge' : dice.pick(BRIDGES);
}

/** Whether it is started again and again. */
export function goesOn({ exit, settings: { restart } }: Plan): boolean {
  if (exit === null) return true;
  const ended = { exit, lifetimeMs: 0 };
  return afterExit(ended, { restart, addName: false }, 0, 0).kind === 'again';
}

/** What of a plan is shown otherwise; null when nothing is. */
export function differenceOf({ digest, settings }: Plan, shown: UnikernelDetails): object | null {
  const { memoryMib, cpus, startupPriority, restart, arguments: words, addName } = settings;
  const wanted = {
    digest,
    memoryMib,
    cpus,
    startupPriority,
    restart,
    arguments: words,
    bridges: settings.nets.map(({ bridge }) => bridge),
    devices: settings.blocks.map(({ device }) => device),
    // A guest that refuses its name is started without one from then on.
    addName: words.includes('name=refuse') ? shown.addName : addName,
  };
  const found = {
    digest: shown.digest,
    memoryMib: shown.memoryMib,
    cpus: shown.cpus,
    startupPriority: shown.startupPriority,
    restart: shown.restart,
    arguments: shown.arguments,
    bridges: shown.nets.map(({ bridge }) => bridge),
    devices: shown.blocks.map(({ device }) => device),
    addName: shown.addName,
  };
  return isDeepStrictEqual(wanted, found) ? null : { wanted, found };
}

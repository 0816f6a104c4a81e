import type { Bus } from '@albatross/shared/bus/bus';
import { listPolicies } from '@albatross/shared/contracts/policy';
import { labelOf, pathOf, ROOT, type UnikernelName } from '@albatross/shared/domain/name';
import { ImageError, type Device } from '@albatross/solo5';
import type { Configuration } from '@albatross/wire';
import type { Output } from '../output.ts';
import { readBlocks } from '../read-blocks.ts';
import type { OpenFile } from '../read-file.ts';
import { fillDevices } from './fill-devices.ts';
import { devicesOfImage } from './image-devices.ts';
import { whatIsMissing, type BlockThere, type DevicesThere } from './what-is-missing.ts';

export interface Completed {
  readonly configuration: Configuration;
  /** What nobody gave, for people. */
  readonly filledIn?: readonly string[];
}

/**
 * A configuration with all devices that the manifest of an image asks for. What is wrong with an image is left to
 * whoever is asked to run it. Throws a `Failure`.
 */
export function completeDevices(image: OpenFile, configuration: Configuration): Completed {
  const manifest = manifestOf(image);
  if (manifest === null) return { configuration };
  const { nets, blocks, filledIn } = fillDevices(manifest, configuration);
  return { configuration: { ...configuration, nets, blocks }, filledIn };
}

export function tellFilledIn(output: Output, { filledIn = [] }: Completed): void {
  for (const one of filledIn) output.note(`${one} (from the image's manifest)`);
}

function manifestOf(image: OpenFile): readonly Device[] | null {
  try {
    return devicesOfImage(image);
  } catch (error) {
    if (error instanceof ImageError) return null;
    throw error;
  }
}

/** Whether this host has what devices need, before anything is sent. Throws a `Failure`. */
export async function refuseMissing(
  bus: Pick<Bus, 'request'>,
  name: UnikernelName,
  { nets, blocks }: Configuration,
): Promise<void> {
  const there = {
    bridges: nets.length === 0 ? null : await bridgesThere(bus),
    blocks: blocks.length === 0 ? null : await blocksThere(bus, name),
  };
  const missing = whatIsMissing(name, { nets, blocks }, there);
  if (missing !== null) throw missing;
}

/** Of those that the host has, an operator's own policy of the root may leave some out: then nobody tells. */
async function bridgesThere(bus: Pick<Bus, 'request'>): Promise<DevicesThere['bridges']> {
  const { policies } = await bus.request(listPolicies, { name: ROOT });
  const root = policies.find(({ path }) => path === ROOT);
  return root?.isMachine === true ? root.policy.bridges : null;
}

async function blocksThere(
  bus: Pick<Bus, 'request'>,
  name: UnikernelName,
): Promise<readonly BlockThere[]> {
  const path = pathOf(name);
  return (await readBlocks(bus, path))
    .filter((block) => pathOf(block.name) === path)
    .map((block) => ({ label: labelOf(block.name), usedBy: block.usedBy }));
}

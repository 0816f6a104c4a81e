import { Failure } from '@albatross/shared/contracts/failures';
import { readBlockDevices, readNetDevices } from '@albatross/shared/domain/device';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { describeDevices, devicesBeside, devicesGiven, type Device } from '@albatross/solo5';
import { fillDevices } from '../create/fill-devices.ts';
import type { DescribedUnikernel, Description } from './description.ts';
import type { MeasuredImages } from './images.ts';
import { invalid } from './read-description.ts';
import type { RunningTree } from './read-tree.ts';
import { normalForm, type Tree, type Unikernel } from './tree.ts';

/** What a description comes to, its images and what runs being known. Throws a `Failure`. */
export function settle(
  file: string,
  description: Description,
  images: MeasuredImages,
  running: RunningTree,
): Tree {
  return {
    policies: description.policies,
    blocks: new Map([...description.blocks].map(([name, { sizeMib }]) => [name, sizeMib])),
    unikernels: new Map(
      [...description.unikernels].map(([name, one]) => {
        const image = imageOf(file, one, images, running);
        return [name, unikernelOf(name, one, image, running.tree.unikernels.get(name))];
      }),
    ),
  };
}

interface SettledImage {
  readonly digest: string;
  /** Null: not known before somebody runs it. */
  readonly devices: readonly Device[] | null;
}

function imageOf(
  file: string,
  { image, at }: DescribedUnikernel,
  images: MeasuredImages,
  running: RunningTree,
): SettledImage {
  if (image.file !== null) {
    const measured = images.get(image.file.path);
    if (measured === undefined) throw new TypeError(`${image.file.path} was not measured`);
    if (image.sha256 === null || image.sha256 === measured.digest) return measured;
    const what = `${image.file.path} is another image than this: its sha256 is ${measured.digest}`;
    throw invalid(file, image.at, what);
  }
  const digest = image.sha256 ?? '';
  const known = running.images.get(digest);
  if (known !== undefined) return { digest, devices: devicesOf(running, known.holder) };
  throw invalid(
    file,
    at,
    `no unikernel here has the image ${digest.slice(0, 12)}; name its file, as in image: FILE, or write the description with "albatross export --images FOLDER"`,
  );
}

/** What has an image has exactly the devices that its manifest asks for. */
function devicesOf({ tree }: RunningTree, holder: UnikernelName): readonly Device[] | null {
  const unikernel = tree.unikernels.get(holder);
  if (unikernel === undefined) return null;
  return devicesGiven(unikernel);
}

function unikernelOf(
  name: UnikernelName,
  described: DescribedUnikernel,
  { digest, devices }: SettledImage,
  now: Unikernel | undefined,
): Unikernel {
  const { image: _, at: __, nets: givenNets, blocks: givenBlocks, ...rest } = described;
  const given = { nets: [...givenNets], blocks: [...givenBlocks] };
  if (devices !== null) refuseUnknown(name, devices, described);
  const { nets, blocks } = devices === null ? given : fillDevices(devices, given);
  return normalForm(name, {
    ...rest,
    digest,
    // A guest that ended because of it is started without, from then on.
    addName: rest.addName ?? (now?.digest === digest ? now.addName : true),
    nets: readNetDevices(nets),
    blocks: readBlockDevices(blocks),
  });
}

function refuseUnknown(
  name: UnikernelName,
  devices: readonly Device[],
  described: DescribedUnikernel,
): void {
  const given = devicesGiven(described);
  const unknown = devicesBeside(given, devices);
  if (unknown.length === 0) return;
  throw new Failure(
    'DEVICES_MISMATCH',
    `${name} is given ${describeDevices(unknown)}, which the manifest of its image does not have; it has ${describeDevices(devices)}`,
    { name, manifest: devices, given },
  );
}

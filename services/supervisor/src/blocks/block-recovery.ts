import { wireForm, type UnikernelName } from '@albatross/shared/domain/name';
import { follow } from './block-changes.ts';
import { MEBIBYTE, type BlockFiles } from './block-files.ts';
import type { BlockIndexContent, BlockStep } from '@albatross/shared/contracts/stored-blocks';
import type { BlockIndex } from './block-index.ts';
import type { Device } from './block-inventory.ts';

interface Parts {
  readonly files: BlockFiles;
  readonly index: BlockIndex;
  readonly onDefect: (error: unknown) => void;
}

/**
 * What there is at the start: finishes what a former supervisor did not, and takes files in that are not
 * in the index, as those of the original that somebody copied here. What cannot be used is told and kept.
 */
export async function recoverBlocks(parts: Parts): Promise<ReadonlyMap<UnikernelName, Device>> {
  const { files, index, onDefect } = parts;
  await files.prepare();
  await index.load((file, error) =>
    onDefect(new Error(`${file} is damaged and was put aside`, { cause: error })),
  );
  const left: BlockStep[] = [];
  for (const step of index.content.pending) {
    await finish(step, index.content, files).catch((error: unknown) => {
      left.push(step);
      onDefect(new Error(`a block device was not finished: ${step.name}`, { cause: error }));
    });
  }
  await files.discardOthers(new Set(left.flatMap((one) => ('draft' in one ? [one.draft] : []))));
  const sizes = await withFound(parts, left);
  if (left.length !== index.content.pending.length || sizes.size !== index.content.devices.size) {
    const change = index.change((content) => ({ ...content, devices: sizes, pending: left }));
    // It is found out again at the next start.
    await change.catch(onDefect);
  }
  const devices = new Map<UnikernelName, Device>();
  for (const [name, sizeMib] of sizes) {
    const fault = await faultOf(name, sizeMib, files, left);
    if (fault !== null) onDefect(new Error(`the block device ${name} cannot be used: ${fault}`));
    devices.set(name, { sizeMib, fault });
  }
  return devices;
}

async function finish(
  step: BlockStep,
  { devices }: BlockIndexContent,
  files: BlockFiles,
): Promise<void> {
  if (step.kind === 'remove') return await follow(step, files);
  if (await files.exists(step.draft)) {
    // Nothing is on a device that was only being made; what somebody put in its place is worth more.
    const isTaken = step.kind === 'make' && (await files.exists(wireForm(step.name)));
    return await (isTaken ? files.discard(step.draft) : follow(step, files));
  }
  const sizeMib = devices.get(step.name);
  const isMissing = !(await files.exists(wireForm(step.name)));
  if (step.kind === 'make' && isMissing && sizeMib !== undefined)
    await files.place(await files.makeDraft(step.name, sizeMib), step.name);
}

async function withFound(
  { files, index, onDefect }: Parts,
  left: readonly BlockStep[],
): Promise<Map<UnikernelName, number>> {
  const sizes = new Map(index.content.devices);
  const known = new Set([...sizes.keys(), ...left.map(({ name }) => name)].map(wireForm));
  for (const { file, device } of await files.scan()) {
    if (known.has(file)) continue;
    if (device === null) {
      onDefect(
        new Error(
          `${file} is left alone: block devices are plain files with the name of one and a whole number of MiB`,
        ),
      );
    } else {
      sizes.set(device.name, device.sizeMib);
    }
  }
  return sizes;
}

async function faultOf(
  name: UnikernelName,
  sizeMib: number,
  files: BlockFiles,
  left: readonly BlockStep[],
): Promise<string | null> {
  if (left.some((step) => step.name === name)) return UNFINISHED;
  const bytes = await files.sizeOf(name);
  if (bytes === null) return `its file ${files.path(name)} is missing`;
  if (bytes === sizeMib * MEBIBYTE) return null;
  return `its file ${files.path(name)} has ${bytes} bytes instead of ${sizeMib} MiB`;
}

export const UNFINISHED = 'a change of it could not be finished; that is tried at the next start';

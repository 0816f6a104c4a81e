import { Failure } from '@albatross/shared/contracts/failures';
import type { Tap } from '@albatross/shared/domain/device';
import type { Device } from '@albatross/solo5';
import type { PlannedBlock } from './host.ts';

/** What qemu may keep of code it has translated; it would take as much as a GiB. */
export const TRANSLATION_MIB = 64;
/** The machine's own devices are at the first two of a bus with 32. */
const FIRST_SLOT = 2;
export const VIRTIO_DEVICES_MAX = 30;
/** All that Solo5's driver knows. */
const SECTOR_BYTES = 512;

/** How qemu ends by the debug device, whatever the guest's status: Solo5 writes that to the console only. */
export const QEMU_MUTE_STATUS = 83;

/**
 * The least machine Solo5's virtio images want. The debug device is how they end; without ACPI they have
 * no other way. The sandbox is what qemu can give up once it runs.
 */
const MACHINE =
  `-accel tcg,tb-size=${TRANSLATION_MIB} -cpu Westmere -nodefaults -machine acpi=off -display none ` +
  '-serial stdio -device isa-debug-exit -no-reboot ' +
  '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

export interface QemuOptions {
  readonly path: string;
  readonly memoryMib: number;
  readonly image: string;
  readonly words: readonly string[];
  readonly taps: readonly Tap[];
  readonly blocks: readonly PlannedBlock[];
  readonly manifest: readonly Device[];
}

/** qemu in place of a tender. Throws a `Failure`. */
export function qemuCommand(options: QemuOptions): readonly string[] {
  const { path, memoryMib, image, words } = options;
  const machine = [...MACHINE.split(' '), '-m', String(memoryMib)];
  return [path, ...machine, ...devices(options), '-kernel', image, '-append', words.join(' ')];
}

/** An image takes the devices on the bus, in their order, for those of its manifest; names do not count. */
function devices({ manifest, taps, blocks }: QemuOptions): readonly string[] {
  if (manifest.length > VIRTIO_DEVICES_MAX) {
    throw new Failure(
      'DEVICE_INVALID',
      `under qemu an image can have at most ${VIRTIO_DEVICES_MAX} devices; this one asks for ${manifest.length}`,
    );
  }
  return manifest.flatMap(({ name, kind }, index) => {
    const slot = FIRST_SLOT + index;
    const tap = taps.find(({ device }) => kind === 'net' && device === name);
    const block = blocks.find((one) => kind === 'block' && one.name === name);
    if (tap !== undefined) return net(tap, slot);
    if (block !== undefined) return drive(block, slot);
    throw new Failure('DEVICES_MISMATCH', `nothing was given for the ${kind} device ${name}`);
  });
}

function net({ tap, mac }: Tap, slot: number): readonly string[] {
  return [
    '-netdev',
    `tap,id=n${slot},ifname=${tap},script=no,downscript=no`,
    '-device',
    `virtio-net-pci,netdev=n${slot},mac=${mac},${at(slot)}`,
  ];
}

/** The file is locked by qemu, in a description of its own, until that ends. */
function drive({ name, path, sectorBytes }: PlannedBlock, slot: number): readonly string[] {
  if (sectorBytes !== null && sectorBytes !== SECTOR_BYTES) {
    throw new Failure(
      'DEVICE_INVALID',
      `under qemu a sector has ${SECTOR_BYTES} bytes; ${name} is to have ${sectorBytes}`,
    );
  }
  return [
    '-drive',
    `id=b${slot},if=none,format=raw,file=${path.replaceAll(',', ',,')}`,
    '-device',
    `virtio-blk-pci,drive=b${slot},${at(slot)}`,
  ];
}

/** Without a ROM: nothing is ever booted from a device. */
function at(slot: number): string {
  return `bus=pci.0,addr=0x${slot.toString(16)},romfile=`;
}

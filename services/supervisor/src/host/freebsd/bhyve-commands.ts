import { Failure } from '@albatross/shared/contracts/failures';

/** A guest of bhyve: it has no image of its own, and boots from its first disk. */
export interface BhyveGuest {
  /** Its machine in the kernel, below `/dev/vmm`. */
  readonly machine: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** In the order of their slots, and called `0`, `1`, …. */
  readonly nets: readonly { readonly name: string; readonly tap: string; readonly mac: string }[];
  readonly blocks: readonly { readonly name: string; readonly path: string }[];
  /** The partition grub finds Linux in; null: its loader is FreeBSD's. */
  readonly linuxBoot: string | null;
}

/** Slots 0 and 1 are the bus itself and the console. */
const FIRST_SLOT = 2;
/** A loader that finds nothing to boot would ask somebody at its prompt. */
const LOADER_DEADLINE = '1s';

/** What is put into the file `mapFile` for grub. */
export function grubDeviceMap(guest: BhyveGuest): string {
  return `(hd0) ${firstDisk(guest)}\n`;
}

/**
 * Makes the machine and loads what it boots:
 *
 * ```text
 * bhyveload -m<mem>m -d<disk> <machine>
 * grub-bhyve -m<map file> -rhd0,<partition> -M<mem> <machine>
 * ```
 *
 * Throws a `Failure`.
 */
export function loadCommand(guest: BhyveGuest, mapFile: string): readonly string[] {
  const { machine, memoryMib, linuxBoot } = guest;
  const disk = firstDisk(guest);
  const loader =
    linuxBoot === null
      ? ['bhyveload', `-m${memoryMib}m`, `-d${disk}`, machine]
      : ['grub-bhyve', `-m${mapFile}`, `-rhd0,${linuxBoot}`, `-M${memoryMib}`, machine];
  return ['timeout', LOADER_DEADLINE, ...loader];
}

/** Runs the loaded machine. CPUs are not pinned, as by the original. Throws a `Failure`. */
export function runCommand(guest: BhyveGuest): readonly string[] {
  const { machine, vcpus, memoryMib, nets, blocks } = guest;
  refuseOtherNames('network', nets);
  refuseOtherNames('block', blocks);
  const devices = [
    ...nets.map(({ tap, mac }) => `virtio-net,${tap},mac=${mac}`),
    ...blocks.map(({ path }) => `virtio-blk,${path}`),
  ];
  return [
    ...'bhyve -A -H -P -s0,hostbridge -s1,lpc'.split(' '),
    ...devices.map((device, index) => `-s${FIRST_SLOT + index},${device}`),
    '-lcom1,stdio',
    `-c${vcpus}`,
    `-m${memoryMib}M`,
    machine,
  ];
}

/** The kernel keeps a machine after its bhyve has ended. */
export function destroyCommand(machine: string): readonly string[] {
  return ['bhyvectl', '--destroy', `--vm=${machine}`];
}

function firstDisk({ blocks: [first] }: BhyveGuest): string {
  if (first === undefined)
    throw new Failure('DEVICE_INVALID', 'under bhyve a guest boots from a block device called 0');
  return first.path;
}

/** A guest knows its devices by their slots only, so other names would say what does not hold. */
function refuseOtherNames(kind: string, devices: readonly { readonly name: string }[]): void {
  for (const [index, { name }] of devices.entries()) {
    if (name === String(index)) continue;
    throw new Failure(
      'DEVICE_INVALID',
      `under bhyve the ${kind} devices are called 0, 1, … in their order; ${name} is at the place of ${index}`,
    );
  }
}

import { parseMac } from './mac.ts';
import { parseUnikernelName } from './name.ts';

/** A network device of a guest, attached to a bridge of the host through a tap of its own. */
export interface NetDevice {
  /** As in the image's manifest. */
  readonly name: string;
  /** The host's bridge. */
  readonly bridge: string;
  /** `00:80:41:cd:8a:eb`, lower-case; null: derived from the names, see `mac.ts`. */
  readonly mac: string | null;
}

/** A block device of a guest. */
export interface BlockDevice {
  /** As in the image's manifest. */
  readonly name: string;
  /** Label of a block device in the unikernel's own path, or the absolute path of a ZFS volume. */
  readonly device: string;
  /** A power of two; null: the tender's own. */
  readonly sectorBytes: number | null;
}

/** A network device of a running life, and the tap that was made for it. */
export interface Tap {
  readonly device: string;
  readonly bridge: string;
  /** The tap's interface. */
  readonly tap: string;
  readonly mac: string;
}

/** Where ZFS volumes are; only paths the operator allows may use them. */
export const ZVOL_FOLDER = '/dev/zvol/';

/** Names that a manifest, and a tender's command line, may have. */
export const DEVICE_NAME = /^[A-Za-z0-9]{1,67}$/;
/** An interface's name as Linux takes it, without what would need quoting. */
export const INTERFACE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

/** Largest number of a CPU. */
export const CPU_MAX = 4095;
export const SECTOR_BYTES_MIN = 512;
export const SECTOR_BYTES_MAX = 32_768;

/** Thrown for devices and CPUs that cannot be meant; the message says what is wrong and what would be right. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** Ascending, each once. Throws `DeviceError`. */
export function readCpus(cpus: readonly unknown[]): readonly number[] {
  const numbers = new Set<number>();
  for (const cpu of cpus) {
    if (typeof cpu !== 'number' || !Number.isInteger(cpu) || cpu < 0 || cpu > CPU_MAX) {
      const shown = typeof cpu === 'number' ? cpu : 'this';
      throw new DeviceError(`CPUs are whole numbers from 0 to ${CPU_MAX}; ${shown} is not`);
    }
    numbers.add(cpu);
  }
  if (numbers.size === 0) throw new DeviceError('a unikernel needs at least one CPU');
  return [...numbers].toSorted((a, b) => a - b);
}

/** What a request says of a network device; the bridge is called as the device when it is not said. */
interface NetRequest {
  readonly name: string;
  readonly bridge?: string | undefined;
  readonly mac?: string | undefined;
}

/** Throws `DeviceError` or `MacError`. */
export function readNetDevices(requests: readonly NetRequest[]): readonly NetDevice[] {
  return distinct(requests, 'network').map(({ name, bridge = name, mac }) => {
    if (!INTERFACE_NAME.test(bridge)) {
      throw new DeviceError(
        `${JSON.stringify(bridge)} is no name of a bridge: at most 15 letters, digits, "_", "." and "-"`,
      );
    }
    return { name, bridge, mac: mac === undefined ? null : parseMac(mac) };
  });
}

interface BlockRequest {
  readonly name: string;
  readonly device?: string | undefined;
  readonly sectorBytes?: number | undefined;
}

/** Throws `DeviceError`. */
export function readBlockDevices(requests: readonly BlockRequest[]): readonly BlockDevice[] {
  return distinct(requests, 'block').map(({ name, device = name, sectorBytes }) => ({
    name,
    device: readDevice(device),
    sectorBytes: sectorBytes === undefined ? null : readSector(sectorBytes),
  }));
}

function readDevice(device: string): string {
  if (device.startsWith('/')) return device;
  const label = tryLabel(device);
  if (label !== null) return label;
  throw new DeviceError(
    `${JSON.stringify(device)} is no block device: it is the label of one in the unikernel's own path, or begins with ${ZVOL_FOLDER}`,
  );
}

function tryLabel(text: string): string | null {
  try {
    return text.includes(':') ? null : parseUnikernelName(text);
  } catch {
    return null;
  }
}

function readSector(bytes: number): number {
  const isPower = Number.isInteger(bytes) && bytes > 0 && (bytes & (bytes - 1)) === 0;
  if (isPower && bytes >= SECTOR_BYTES_MIN && bytes <= SECTOR_BYTES_MAX) return bytes;
  throw new DeviceError(
    `a sector has a power of two of bytes, from ${SECTOR_BYTES_MIN} to ${SECTOR_BYTES_MAX}; ${bytes} is not`,
  );
}

function distinct<T extends { readonly name: string }>(
  requests: readonly T[],
  kind: 'network' | 'block',
): readonly T[] {
  const names = new Set<string>();
  for (const { name } of requests) {
    if (!DEVICE_NAME.test(name)) {
      throw new DeviceError(
        `${JSON.stringify(name)} is no name of a device: 1 to 67 letters and digits, as in the image's manifest`,
      );
    }
    if (names.has(name)) throw new DeviceError(`the ${kind} device ${name} is given twice`);
    names.add(name);
  }
  return requests;
}

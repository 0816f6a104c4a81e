import type { Device } from '../device.ts';
import { TARGETS } from '../target.ts';
import type { Target } from '../target.ts';

export interface AbiSpec {
  /** By default hvt; a number where the test wants one that no target has. */
  readonly target?: Target | number;
  /** By default the version that the target has in Solo5 0.12. */
  readonly abiVersion?: number;
}

/** A device, or whatever else an entry can say. */
export interface DeviceSpec {
  /** At most 68 Latin-1 characters, the last of which a valid manifest leaves to the NUL. */
  readonly name: string;
  readonly kind: Device['kind'] | number;
  readonly attached?: boolean;
}

export interface ManifestSpec {
  readonly version?: number;
  /** How many entries the manifest claims; by default as many as it has. */
  readonly count?: number;
  readonly first?: DeviceSpec;
}

export const RESERVED_FIRST = 0x4000_0000;

const ABI_VERSIONS: Readonly<Record<Target, number>> = {
  hvt: 2,
  spt: 2,
  virtio: 1,
  muen: 4,
  genode: 1,
  xen: 1,
};
const KIND_NUMBERS: Readonly<Record<Device['kind'], number>> = { block: 1, net: 2 };
const ENTRY_BYTES = 104;

/** Content of an ABI note, 16 bytes. */
export function abiContent({ target = 'hvt', abiVersion }: AbiSpec = {}): Uint8Array {
  const content = new Uint8Array(16);
  const view = new DataView(content.buffer);
  const number = typeof target === 'number' ? target : TARGETS.indexOf(target) + 1;
  const usual = typeof target === 'number' ? 1 : ABI_VERSIONS[target];
  view.setUint32(0, number, true);
  view.setUint32(4, abiVersion ?? usual, true);
  return content;
}

/** Content of a manifest note: 12 bytes, then 104 bytes for the reserved entry and for each device. */
export function manifestContent(
  devices: readonly DeviceSpec[] = [],
  manifest: ManifestSpec = {},
): Uint8Array {
  const entries = [manifest.first ?? { name: '', kind: RESERVED_FIRST }, ...devices];
  const content = new Uint8Array(12 + entries.length * ENTRY_BYTES);
  const view = new DataView(content.buffer);
  view.setUint32(4, manifest.version ?? 1, true);
  view.setUint32(8, manifest.count ?? entries.length, true);
  entries.forEach(({ name, kind, attached = false }, index) => {
    const at = 12 + index * ENTRY_BYTES;
    content.set(Buffer.from(name, 'latin1'), at);
    view.setUint32(at + 68, typeof kind === 'number' ? kind : KIND_NUMBERS[kind], true);
    view.setUint8(at + 96, attached ? 1 : 0);
  });
  return content;
}

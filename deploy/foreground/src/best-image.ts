import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BestImage {
  readonly target: 'spt' | 'hvt' | 'virtio';
  /** Absolute path of the example `hello`, built for that target. */
  readonly image: string;
}

/** Quickest first. */
const TENDERS = [
  { target: 'spt', tender: 'solo5-spt', device: null },
  { target: 'hvt', tender: 'solo5-hvt', device: '/dev/kvm' },
  { target: 'virtio', tender: 'qemu-system-x86_64', device: null },
] as const;

/** The example image for the best tender of this machine; null when it has none. */
export async function findBestImage(path: string): Promise<BestImage | null> {
  for (const { target, tender, device } of TENDERS) {
    const candidates = path.split(':').map((folder) => join(folder, tender));
    const isThere = (
      await Promise.all(candidates.map(async (file) => await may(file, constants.X_OK)))
    ).includes(true);
    // Tenders never run as root, so what only root may open is as good as absent.
    const isUsable =
      device === null ||
      ((await may(device, constants.R_OK | constants.W_OK)) && process.getuid?.() !== 0);
    if (isThere && isUsable) {
      const image = new URL(`../../../examples/hello/images/hello.${target}`, import.meta.url);
      return { target, image: fileURLToPath(image) };
    }
  }
  return null;
}

async function may(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

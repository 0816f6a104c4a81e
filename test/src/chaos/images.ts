import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { buildImage } from '../../../libs/solo5/src/testing/build-image.ts';
import type { Dice } from './random.ts';

export interface ChaosImage {
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** Whether its manifest has the network device `service`, and the block device `storage`. */
  readonly hasNet: boolean;
  readonly hasBlock: boolean;
}

export const NET_DEVICE = 'service';
export const BLOCK_DEVICE = 'storage';

const NET = { name: NET_DEVICE, kind: 'net' } as const;
const BLOCK = { name: BLOCK_DEVICE, kind: 'block' } as const;

/** The image of hello, which many have at the same time. */
export const HELLO_IMAGE = image(readFileSync(helloImage('spt')));

/**
 * One with these devices; of many there is only one, and now and then there are two. The stand-in tender
 * reads its notes and plays the guest of hello whatever its code.
 */
export function chooseImage(
  dice: Dice,
  devices: { hasNet: boolean; hasBlock: boolean },
): ChaosImage {
  const { hasNet, hasBlock } = devices;
  if (!hasNet && !hasBlock && dice.chance(0.3)) return HELLO_IMAGE;
  const program = Buffer.alloc(4);
  program.writeUInt32LE(dice.chance(0.5) ? dice.whole(0, 3) : dice.whole(0, 2 ** 30));
  const attached = [...(hasNet ? [NET] : []), ...(hasBlock ? [BLOCK] : [])];
  return image(buildImage({ target: 'spt', program, devices: attached }));
}

/** What no unikernel can be made from. */
export const NO_IMAGE = image(Buffer.from('this is no image at all\n'.repeat(100)));

function image(bytes: Uint8Array): ChaosImage {
  const text = Buffer.from(bytes).toString('latin1');
  return {
    bytes,
    digest: createHash('sha256').update(bytes).digest('hex'),
    hasNet: text.includes(NET_DEVICE),
    hasBlock: text.includes(BLOCK_DEVICE),
  };
}

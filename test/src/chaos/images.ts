import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { helloImage } from '../../../examples/hello/src/index.ts';
import { buildImage } from '../../../libs/solo5/src/testing/build-image.ts';

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

/** The stand-in tender reads their notes and plays the guest of hello whatever their code. */
export const PLAIN_IMAGES: readonly ChaosImage[] = [
  image(readFileSync(helloImage('spt'))),
  image(buildImage({ target: 'spt' })),
];
export const BLOCK_IMAGE = image(buildImage({ target: 'spt', devices: [BLOCK] }));
export const NET_IMAGE = image(buildImage({ target: 'spt', devices: [NET] }));
export const BOTH_IMAGE = image(buildImage({ target: 'spt', devices: [NET, BLOCK] }));
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

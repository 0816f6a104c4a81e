import { ImageError } from './image-error.ts';
import { TARGETS } from './target.ts';
import type { Target } from './target.ts';

export interface Abi {
  readonly target: Target;
  readonly abiVersion: number;
}

const ABI_BYTES = 16;

/**
 * Reads the content of an ABI note:
 *
 *     +0 u32 target (1 hvt … 6 xen)    +4 u32 version of that target's ABI    +8 two u32, reserved
 *
 * Whether the host has a tender for that target and version is not decided here.
 *
 * @throws ImageError IMAGE_ABI_INVALID
 */
export function readAbi(content: DataView): Abi {
  if (content.byteLength < ABI_BYTES) {
    throw new ImageError(
      'IMAGE_ABI_INVALID',
      `the image's target note (ABI) has ${content.byteLength} bytes; expected at least ${ABI_BYTES}`,
      { found: content.byteLength, minimum: ABI_BYTES },
    );
  }
  const number = content.getUint32(0, true);
  const target = TARGETS[number - 1];
  if (target === undefined) {
    const known = TARGETS.map((name, index) => `${index + 1} (${name})`).join(', ');
    throw new ImageError(
      'IMAGE_ABI_INVALID',
      `the image is built for the unknown Solo5 target ${number}; expected one of ${known}`,
      { target: number },
    );
  }
  return { target, abiVersion: content.getUint32(4, true) };
}

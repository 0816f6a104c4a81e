import { parseUnikernelName } from '@albatross/shared/domain/name';
import type { WireCommand } from '@albatross/wire';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { helloImage } from '../../../../../examples/hello/src/index.ts';
import { create } from '../../../harness/tenants.ts';
import { wireBytes } from '../../../harness/wire-bytes.ts';
import { TENANT } from './parties.ts';

export const IMAGE_BYTES = 8 * 2 ** 20;
/** The label of the leaf. */
export const NAME = 'large';
export const UNIKERNEL = parseUnikernelName(`${TENANT}:${NAME}`);
export const MEMORY_MIB = 16;
export const WORDS = ['hang'];

/** Our own guest, and behind it what nobody loads and nothing compresses. */
export async function largeImage(): Promise<Uint8Array> {
  const guest = await readFile(helloImage('spt'));
  return Buffer.concat([guest, randomBytes(IMAGE_BYTES - guest.length)]);
}

export function createLarge(image: Uint8Array): WireCommand {
  return create(WORDS, { memory: MEMORY_MIB, image });
}

/** What a session is answered that created it. */
export function created(): Uint8Array {
  const header = { sequence: 0n, name: UNIKERNEL };
  const reply = { kind: 'string', text: 'created unikernel' } as const;
  return wireBytes({ header, payload: { kind: 'reply', reply } });
}

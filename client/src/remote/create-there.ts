import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { Failure } from '@albatross/shared/contracts/failures';
import type { OpenFile } from '../read-file.ts';
import type { Session } from '../session.ts';
import type { CsrPlace, RemotePlace } from './destination-options.ts';
import { carryOut } from './give-order.ts';
import { createCommand, type NewUnikernel } from './unikernel-order.ts';

interface There extends Omit<NewUnikernel, 'image' | 'compressed'> {
  readonly image: OpenFile;
  readonly compressionLevel: number;
}

/**
 * Creates a unikernel on another host. Its image is sent behind the certificate, however large; in a request
 * to be signed it is part of it, as the original has it. Returns whether it was created. Throws a `Failure`.
 */
export async function createThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { image, compressionLevel, ...wanted }: There,
): Promise<boolean> {
  const { name, typ } = wanted;
  // bhyve boots from a block device.
  const isSent = typ !== 'bhyve';
  const compressed = compressionLevel > 0 && isSent;
  const content = isSent ? deflatedSource(image.source, compressionLevel).pieces() : nothing();
  if (place.kind === 'csr') {
    const command = createCommand({ ...wanted, compressed, image: await whole(content) });
    return await carryOut(session, place, { name, command });
  }
  const command = createCommand({ ...wanted, compressed, image: FROM_WHAT_FOLLOWS });
  return await carryOut(session, place, { name, command, content, contentCompressed: compressed });
}

/** So a server reads it. */
const FROM_WHAT_FOLLOWS = new Uint8Array();

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What a certificate can carry at most, all told. */
export const EMBEDDED_IMAGE_BYTES_MAX = 16_777_216;

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of pieces) {
    length += bytes.length;
    if (length > EMBEDDED_IMAGE_BYTES_MAX) throw tooLarge();
    parts.push(bytes);
  }
  return Buffer.concat(parts, length);
}

function tooLarge(): Failure {
  const message = `no certificate carries an image of more than ${EMBEDDED_IMAGE_BYTES_MAX} bytes`;
  const right = 'create it with --destination, which sends the image behind it';
  return new Failure('CERTIFICATE_TOO_LARGE', `${message}; ${right}`);
}

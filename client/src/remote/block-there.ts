import { deflatedSource } from '@albatross/shared/bus/blob-source';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { OpenFile } from '../read-file.ts';
import type { Session } from '../session.ts';
import type { CsrPlace, RemotePlace } from './destination-options.ts';
import { carryOut } from './give-order.ts';

export interface NewBlock {
  readonly name: UnikernelName;
  readonly sizeMib: number;
  readonly compressionLevel: number;
  /** Null: zeros. */
  readonly content: OpenFile | null;
}

/**
 * Creates a block device on another host, and then gives it its content: two orders. Returns whether it was
 * done; a request is for the device alone, as each certificate is for one command. Throws a `Failure`.
 */
export async function createBlockThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { name, sizeMib, compressionLevel, content }: NewBlock,
): Promise<boolean> {
  const add = { name, command: { kind: 'block-add', size: sizeMib } } as const;
  if (!(await carryOut(session, place, add))) return false;
  if (content === null) return true;
  try {
    return await setBlockThere(session, place, name, content, compressionLevel);
  } catch (error) {
    // Nobody asked for one without it.
    const removal = { name, command: { kind: 'block-remove' } } as const;
    await carryOut(session, place, removal).catch(() => undefined);
    throw error;
  }
}

/**
 * Replaces the content of a block device of another host by a file's, and returns whether it was done. A
 * request has no content: whoever uses the certificate sends it. Throws a `Failure`.
 */
export async function setBlockThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  name: UnikernelName,
  { source }: OpenFile,
  compressionLevel: number,
): Promise<boolean> {
  const compressed = compressionLevel > 0;
  return await carryOut(session, place, {
    name,
    command: { kind: 'block-set', compressed },
    content: deflatedSource(source, compressionLevel).pieces(),
    contentCompressed: compressed,
  });
}

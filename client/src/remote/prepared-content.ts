import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { Failure } from '@albatross/shared/contracts/failures';
import type { WireCommand } from '@albatross/wire';
import { withBar, type Bars } from '../progress.ts';
import { openFile } from '../read-file.ts';
import type { Content } from './send-content.ts';

const LEVEL = 9;

/**
 * Does `work` with what a command needs beside its certificate: the content of a file, an image or what is to
 * be on a block device. Throws a `Failure` `USAGE_INVALID` when it needs none, or none is given.
 */
export async function withContent<T>(
  command: WireCommand,
  file: string | undefined,
  bars: Bars,
  work: (content: Content) => Promise<T>,
): Promise<T> {
  const wanted = contentOf(command);
  if (file === undefined) {
    if (wanted === null) return await work({});
    throw new Failure(
      'USAGE_INVALID',
      `the certificate has no ${wanted.what}; --content FILE has it`,
    );
  }
  if (wanted === null) {
    const why = 'the certificate is for a command that takes none';
    throw new Failure('USAGE_INVALID', `--content cannot be given: ${why}`);
  }
  await using opened = withBar(bars, `sending ${file}`, await openFile(file));
  const { compressed } = wanted;
  const { pieces } = deflatedSource(opened.source, compressed ? LEVEL : 0);
  return await work({ content: pieces(), contentCompressed: compressed });
}

interface Wanted {
  readonly what: 'image' | 'content';
  readonly compressed: boolean;
}

/** What a server expects behind a command; null for nothing. */
function contentOf(command: WireCommand): Wanted | null {
  switch (command.kind) {
    case 'unikernel-create':
    case 'unikernel-force-create': {
      const { image, compressed } = command.config;
      return image.length === 0 ? { what: 'image', compressed } : null;
    }
    case 'block-set':
      return { what: 'content', compressed: command.compressed };
    default:
      return null;
  }
}

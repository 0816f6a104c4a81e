import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { addExamples } from '../help/examples.ts';
import { withBar } from '../progress.ts';
import { openFile } from '../read-file.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { setContent } from '../set-content.ts';

type Flags = CompressionFlags & DestinationFlags;

export function addSetBlock(program: Command, session: Session): void {
  const command = program
    .command('set-block')
    .description('replace what is on a block device; behind a shorter file it is zeros')
    .argument('<name>', 'its name')
    .argument('<file>', 'file of the new content');
  addExamples(command, ['albatross set-block foo:data data.img']);
  addDestinationOptions(addCompressionOption(command)).action(
    async (text: string, path: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      const level = compressionLevelAt(place, flags);
      await using file = withBar(session.output, `sending ${path}`, await openFile(path));
      if (place.kind === 'local')
        await withBus(session, command, async (bus) => await setContent(bus, name, file, level));
      else {
        const { setBlockThere } = await import('../remote/block-there.ts');
        const isDone = await setBlockThere(session, place, name, file, level);
        if (!isDone) return session.output.note(CONTENT_IS_APART);
      }
      session.output.done({ name }, `set block device ${name}`);
    },
  );
}

const CONTENT_IS_APART =
  'the content is not in the request; whoever uses the certificate sends it, with --content FILE';

import type { Bus } from '@albatross/shared/bus/bus';
import { BLOCK_MIB_MAX, createBlock, removeBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { addExamples } from '../help/examples.ts';
import { withBar } from '../progress.ts';
import { openFile, type OpenFile } from '../read-file.ts';
import type { NewBlock } from '../remote/block-there.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { setContent } from '../set-content.ts';

interface Flags extends CompressionFlags, DestinationFlags {
  readonly data?: string;
}

const MEBIBYTE = 1024 * 1024;

export function addCreateBlock(program: Command, session: Session): void {
  const command = program
    .command('create-block')
    .description('create a block device')
    .argument('<name>', 'its name, as in data or foo:data')
    .argument('<size>', 'its size in MiB')
    .option('--data <file>', 'what is on it at first; else zeros');
  addExamples(command, ['albatross create-block foo:data 64 --data data.img']);
  addDestinationOptions(addCompressionOption(command)).action(
    async (text: string, size: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const sizeMib = readSize(size);
      const place = destinationOf(flags);
      const compressionLevel = compressionLevelAt(place, flags);
      await using content =
        flags.data === undefined
          ? null
          : withBar(session.output, `sending ${flags.data}`, await openFile(flags.data));
      if (content !== null) requireFit(content, flags.data ?? '', sizeMib);
      const block = { name, sizeMib, compressionLevel, content };
      if (place.kind === 'local')
        await withBus(session, command, async (bus) => await create(bus, block));
      else {
        const { createBlockThere } = await import('../remote/block-there.ts');
        const isDone = await createBlockThere(session, place, block);
        if (!isDone) return content === null ? undefined : session.output.note(CONTENT_IS_APART);
      }
      session.output.done({ name, sizeMib }, `created block device ${name}: ${sizeMib} MiB`);
    },
  );
}

async function create(bus: Bus, block: NewBlock): Promise<void> {
  const { name, sizeMib, compressionLevel, content } = block;
  await bus.request(createBlock, { id: randomUUID(), name, sizeMib });
  if (content === null) return;
  try {
    await setContent(bus, name, content, compressionLevel);
  } catch (error) {
    // Nobody asked for one without it.
    await bus.request(removeBlock, { id: randomUUID(), name }).catch(() => undefined);
    throw error;
  }
}

const CONTENT_IS_APART =
  'the request is for the block device alone, not for its content; ask for set-block once this is done, which takes the place of these files';

function requireFit({ sizeBytes }: OpenFile, path: string, sizeMib: number): void {
  if (sizeBytes <= sizeMib * MEBIBYTE) return;
  throw new Failure(
    'BLOCK_OVERFLOW',
    `${path} has ${sizeBytes} bytes, more than ${sizeMib} MiB; nothing was created`,
    { file: path, sizeBytes },
  );
}

export function readSize(text: string): number {
  const size = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= BLOCK_MIB_MAX) return size;
  throw new Failure(
    'BLOCK_SIZE_INVALID',
    `a block device has a whole number of MiB, from 1 to ${BLOCK_MIB_MAX}; ${JSON.stringify(text)} is not`,
  );
}

import type { Bus } from '@albatross/shared/bus/bus';
import { BLOCK_MIB_MAX, createBlock, removeBlock } from '@albatross/shared/contracts/block';
import { Failure } from '@albatross/shared/contracts/failures';
import type { UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import { addCompressionOption, type CompressionFlags } from '../compression-option.ts';
import { openFile, type OpenFile } from '../read-file.ts';
import { withBus, type Session } from '../session.ts';
import { setContent } from '../set-content.ts';

interface Flags extends CompressionFlags {
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
  addCompressionOption(command)
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross create-block foo:data 64 --data data.img')
    .action(async (text: string, size: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const sizeMib = readSize(size);
      await create(name, sizeMib, flags, async (work) => await withBus(session, command, work));
      if (session.output.isJson) session.output.json({ name, sizeMib });
      else session.output.line(`created block device ${name}: ${sizeMib} MiB`);
    });
}

async function create(
  name: UnikernelName,
  sizeMib: number,
  { data, compressionLevel }: Flags,
  onBus: (work: (bus: Bus) => Promise<void>) => Promise<void>,
): Promise<void> {
  if (data === undefined) return await onBus(async (bus) => await make(bus, name, sizeMib));
  await using file = await openFile(data);
  requireFit(file, data, sizeMib);
  await onBus(async (bus) => {
    await make(bus, name, sizeMib);
    try {
      await setContent(bus, name, file, compressionLevel);
    } catch (error) {
      // Nobody asked for one without it.
      await bus.request(removeBlock, { id: randomUUID(), name }).catch(() => undefined);
      throw error;
    }
  });
}

async function make(bus: Bus, name: UnikernelName, sizeMib: number): Promise<void> {
  await bus.request(createBlock, { id: randomUUID(), name, sizeMib });
}

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

import { upload } from '@albatross/shared/bus/blobs';
import { Failure } from '@albatross/shared/contracts/failures';
import { createUnikernel, type UnikernelDetails } from '@albatross/shared/contracts/unikernel';
import { MEMORY_MIB_DEFAULT } from '@albatross/shared/domain/unikernel';
import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { collect, readMemory, readUnikernelName } from '../arguments.ts';
import { withBus, type Session } from '../session.ts';
import { toJson } from '../unikernel-view.ts';

interface Flags {
  readonly mem: number;
  readonly arg: readonly string[];
  readonly addName: boolean;
}

export function addCreate(program: Command, session: Session): void {
  program
    .command('create')
    .description('create a unikernel from an image and start it')
    .argument('<name>', 'its name, as in hello or foo:hello')
    .argument('<image>', 'file of the image')
    .option('--mem <mib>', 'memory in MiB', readMemory, MEMORY_MIB_DEFAULT)
    .option('--arg <string>', 'an argument for the guest; may be given several times', collect, [])
    .option('--no-add-name', 'do not give the guest --name=NAME')
    .option('--json', 'print an object')
    .addHelpText('after', '\nExample: albatross create hello hello.spt --mem 32 --arg tick=1000')
    .action(async (text: string, file: string, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const image = await readImage(file);
      const made = await withBus(session, command, async (bus) => {
        const blob = await upload(bus, name, image);
        const { mem: memoryMib, addName } = flags;
        const request = {
          id: randomUUID(),
          name,
          blob,
          memoryMib,
          addName,
          arguments: [...flags.arg],
        };
        return await bus.request(createUnikernel, request);
      });
      if (session.output.isJson) session.output.json(toJson(made));
      else session.output.line(describe(made));
    });
}

async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure('FILE_UNREADABLE', `${file} cannot be read: ${why}`, { file });
  }
}

function describe({ name, state, pid }: UnikernelDetails): string {
  return pid === null ? `created ${name}: ${state}` : `created ${name}: ${state}, process ${pid}`;
}

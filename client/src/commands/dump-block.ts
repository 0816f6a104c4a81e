import { dumpBlock } from '@albatross/shared/contracts/block';
import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { addExamples } from '../help/examples.ts';
import { receive } from '../receive.ts';
import {
  addDestinationOptions,
  destinationOf,
  type CsrPlace,
  type DestinationFlags,
  type RemotePlace,
} from '../remote/destination-options.ts';
import type { Saved } from '../remote/save-answer.ts';
import { withBus, type Session } from '../session.ts';
import { saveFile, STDOUT } from '../write-file.ts';

interface Flags extends CompressionFlags, DestinationFlags {
  readonly force?: true;
}

export function addDumpBlock(program: Command, session: Session): void {
  const command = program
    .command('dump-block')
    .description('save what is on a block device')
    .argument('<name>', 'its name')
    .argument('[file]', 'where to; "-" is standard output (default: ./LABEL.img)')
    .option('--force', 'replace the file if there is one');
  addExamples(command, ['albatross dump-block foo:data data.img']);
  addDestinationOptions(addCompressionOption(command)).action(
    async (text: string, file: string | undefined, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      const { force = false } = flags;
      const wanted = { name, file, level: compressionLevelAt(place, flags), force };
      const saved =
        place.kind === 'local'
          ? await saveHere(session, command, wanted)
          : await saveThere(session, place, wanted);
      if (saved === null || saved.path === STDOUT) return;
      const { path, sizeBytes } = saved;
      session.output.done(
        { name, file: path, sizeBytes },
        `saved ${name} to ${path}: ${sizeBytes} bytes`,
      );
    },
  );
}

interface Wanted {
  readonly name: UnikernelName;
  readonly file: string | undefined;
  readonly level: number;
  readonly force: boolean;
}

async function saveHere(session: Session, command: Command, wanted: Wanted): Promise<Saved> {
  const { name, file, level, force } = wanted;
  const path = file ?? `./${labelOf(name)}.img`;
  const sizeBytes = await saveFile(path, force, async (write) => {
    await withBus(session, command, async (bus) => {
      const download = await bus.request(dumpBlock, { name, compressionLevel: level });
      await receive(bus, name, { ...download, compressed: level > 0 }, session.output, write);
    });
  });
  return { path, sizeBytes };
}

async function saveThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { name, file, level, force }: Wanted,
): Promise<Saved | null> {
  const answer = await import('../remote/save-answer.ts');
  const order = { name, command: { kind: 'block-dump', level } } as const;
  return await answer.saveThere(session, place, order, { file, force });
}

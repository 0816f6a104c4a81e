import type { Bus } from '@albatross/shared/bus/bus';
import { getUnikernel, showUnikernel } from '@albatross/shared/contracts/unikernel';
import { labelOf, type UnikernelName } from '@albatross/shared/domain/name';
import type { Command } from 'commander';
import { readUnikernelName } from '../arguments.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { addExamples } from '../help/examples.ts';
import type { Bars } from '../progress.ts';
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
import { checkWritable, saveFile, STDOUT } from '../write-file.ts';

interface Flags extends CompressionFlags, DestinationFlags {
  readonly force?: true;
}

export function addGet(program: Command, session: Session): void {
  const command = program
    .command('get')
    .description('save the image of a unikernel')
    .argument('<name>', 'its name')
    .argument(
      '[file]',
      'where to; "-" is standard output (default: ./LABEL.TARGET; of another host ./LABEL.image)',
    )
    .option('--force', 'replace the file if there is one');
  addExamples(command, ['albatross get hello hello.spt']);
  addDestinationOptions(addCompressionOption(command)).action(
    async (text: string, file: string | undefined, flags: Flags, command: Command) => {
      const name = readUnikernelName(text);
      const place = destinationOf(flags);
      const compressionLevel = compressionLevelAt(place, flags);
      const { force = false } = flags;
      if (file !== undefined) await checkWritable(file, force);
      const wanted = { name, file, force, compressionLevel };
      const saved =
        place.kind === 'local'
          ? await withBus(
              session,
              command,
              async (bus) => await saveHere(bus, session.output, wanted),
            )
          : await saveThere(session, place, wanted);
      if (saved === null || saved.path === STDOUT) return;
      const { path, sizeBytes } = saved;
      session.output.done(
        { name, file: path, sizeBytes },
        `saved the image of ${name} to ${path}: ${sizeBytes} bytes`,
      );
    },
  );
}

interface Wanted {
  readonly name: UnikernelName;
  readonly file: string | undefined;
  readonly force: boolean;
  readonly compressionLevel: number;
}

async function saveHere(bus: Bus, bars: Bars, wanted: Wanted): Promise<Saved> {
  const { name, file, force, compressionLevel } = wanted;
  const path = file ?? (await defaultPath(bus, name));
  const sizeBytes = await saveFile(path, force, async (write) => {
    const image = await bus.request(getUnikernel, { name, compressionLevel });
    await receive(bus, name, image, bars, write);
  });
  return { path, sizeBytes };
}

async function saveThere(
  session: Session,
  place: CsrPlace | RemotePlace,
  { name, file, force, compressionLevel: level }: Wanted,
): Promise<Saved | null> {
  const answer = await import('../remote/save-answer.ts');
  const order = { name, command: { kind: 'unikernel-get', level } } as const;
  return await answer.saveThere(session, place, order, { file, force });
}

/** As images are usually called: `hello.spt`. */
async function defaultPath(bus: Bus, name: UnikernelName): Promise<string> {
  const { target } = await bus.request(showUnikernel, { name });
  return `./${labelOf(name)}.${target}`;
}

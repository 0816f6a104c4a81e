import { deflatedSource } from '@albatross/shared/bus/blob-source';
import { upload } from '@albatross/shared/bus/blobs';
import { createUnikernel } from '@albatross/shared/contracts/unikernel';
import type { UnikernelName } from '@albatross/shared/domain/name';
import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readUnikernelName } from '../arguments.ts';
import {
  addConfigurationOptions,
  configurationOf,
  type ConfigurationFlags,
} from '../configuration-options.ts';
import {
  addCompressionOption,
  compressionLevelAt,
  type CompressionFlags,
} from '../compression-option.ts';
import { openFile, type OpenFile } from '../read-file.ts';
import {
  addDestinationOptions,
  destinationOf,
  type DestinationFlags,
} from '../remote/destination-options.ts';
import { withBus, type Session } from '../session.ts';
import { describeState, toJson } from '../unikernel-view.ts';

interface Flags extends ConfigurationFlags, CompressionFlags, DestinationFlags {
  readonly typ: 'solo5' | 'bhyve';
  readonly force?: true;
}

export function addCreate(program: Command, session: Session): void {
  const command = program
    .command('create')
    .description('create a unikernel from an image and start it')
    .argument('<name>', 'its name, as in hello or foo:hello')
    .argument('<image>', 'file of the image')
    .option('-f, --force', 'in place of one of that name, if there is one')
    .addOption(
      new Option('--typ <type>', 'bhyve is refused here')
        .choices(['solo5', 'bhyve'])
        .default('solo5'),
    );
  addDestinationOptions(addCompressionOption(addConfigurationOptions(command)))
    .option('--json', 'print an object')
    .addHelpText('after', HELP)
    .action(async (text: string, file: string, flags: Flags, command: Command) => {
      const place = destinationOf(flags);
      const name = readUnikernelName(text);
      const configuration = configurationOf(flags);
      const compressionLevel = compressionLevelAt(place, flags);
      await using image = await openFile(file);
      const wanted = { name, typ: flags.typ, configuration, isForced: flags.force ?? false };
      if (place.kind === 'local')
        return await createHere(session, command, { ...wanted, image, compressionLevel });
      const { createThere } = await import('../remote/create-there.ts');
      const isDone = await createThere(session, place, { ...wanted, image, compressionLevel });
      if (!isDone) return;
      if (session.output.isJson) session.output.json({ name });
      else session.output.line(`created ${name}`);
    });
}

interface Wanted {
  readonly name: UnikernelName;
  readonly typ: Flags['typ'];
  readonly configuration: ReturnType<typeof configurationOf>;
  readonly isForced: boolean;
  readonly image: OpenFile;
  readonly compressionLevel: number;
}

async function createHere(
  session: Session,
  command: Command,
  { name, typ, configuration, isForced, image, compressionLevel }: Wanted,
): Promise<void> {
  const compressed = compressionLevel > 0;
  const made = await withBus(session, command, async (bus) => {
    const source = deflatedSource(image.source, compressionLevel);
    const blob = await upload(bus, name, source, { compressed });
    const request = {
      id: randomUUID(),
      name,
      blob,
      compressed,
      force: isForced,
      hypervisor: typ,
      ...configuration,
    };
    return await bus.request(createUnikernel, request);
  });
  if (session.output.isJson) session.output.json(toJson(made));
  else session.output.line(describeState('created', made));
}

const HELP = `
Examples:
  albatross create hello hello.spt --mem 32 --arg tick=1000
  albatross create hello hello.spt --destination host.example.org --ca foo.pem --ca-key foo.key`;
